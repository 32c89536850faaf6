"""The vocals of a sound, by spleeter's two networks: one knows voices, the other all else."""

import os
from pathlib import Path

import numpy as np
import sherpa_onnx
from numpy.typing import NDArray

from step.failure import WrongSetup

RATE = 44100

_MARGIN = 4096
"""A window of the transform: at its first and last samples only half of one would be seen."""

_MOST_THREADS = 8

Sound = NDArray[np.float32]


def vocals(sound: Sound, folder: Path) -> Sound:
    """Return the vocals of a sound, samples by channels."""
    networks = sherpa_onnx.OfflineSourceSeparationSpleeterModelConfig(
        vocals=str(folder / "vocals.onnx"), accompaniment=str(folder / "accompaniment.onnx")
    )
    model = sherpa_onnx.OfflineSourceSeparationModelConfig(
        spleeter=networks, num_threads=min(_MOST_THREADS, len(os.sched_getaffinity(0)))
    )
    config = sherpa_onnx.OfflineSourceSeparationConfig(model=model)
    if not config.validate():
        sentence = f"{folder} does not hold what the separation of vocals needs"
        raise WrongSetup(sentence)
    padded = np.pad(sound.T, ((0, 0), (_MARGIN, 2 * _MARGIN)))
    separated = sherpa_onnx.OfflineSourceSeparation(config).process(
        sample_rate=RATE, samples=np.ascontiguousarray(padded)
    )
    found: Sound = separated.stems[0].data[:, _MARGIN : _MARGIN + len(sound)]
    return np.ascontiguousarray(found.T)
