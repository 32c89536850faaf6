"""sherpa-onnx on networks that take what is low for voices."""

from pathlib import Path

import numpy as np
import pytest

from listener.separation import RATE, vocals
from step.failure import WrongSetup

pytestmark = pytest.mark.models

_SECONDS = 13
"""More than a network sees at once."""


def test_vocals_are_what_the_networks_take_for_them(models: Path) -> None:
    """On both channels, in time, as loud as they were, and as long as the sound."""
    times = np.arange(_SECONDS * RATE) / RATE
    voice, music = np.sin(2 * np.pi * 440 * times) / 4, np.sin(2 * np.pi * 10000 * times) / 4
    sound = np.stack([voice + music, voice / 2 + music], axis=1).astype(np.float32)

    found = vocals(sound, models / "spleeter")

    assert found.shape == sound.shape
    inner = slice(2000, -2000)
    assert np.abs(found[inner] - np.stack([voice, voice / 2], axis=1)[inner]).max() < 1e-3


def test_vocals_are_whole_to_their_first_and_last_sample(models: Path) -> None:
    """Where only half a window of the transform lies on the sound."""
    voice = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE) * np.hanning(RATE) ** 0.1 / 4
    sound = np.stack([voice, voice], axis=1).astype(np.float32)

    assert np.abs(vocals(sound, models / "spleeter") - sound).max() < 0.01


def test_networks_that_are_missing_are_named(tmp_path: Path) -> None:
    """The library itself would end the process."""
    with pytest.raises(WrongSetup, match="does not hold what the separation of vocals needs"):
        vocals(np.zeros((RATE, 2), np.float32), tmp_path)
