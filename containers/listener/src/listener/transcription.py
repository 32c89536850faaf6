"""What is said and when, in English, by Whisper."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from step.ending import say

_SEED = 42
"""Where Whisper is in doubt it draws: another try is to hear the same."""


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A sentence or so."""

    start: float
    end: float
    text: str


def transcribe(sound: NDArray[np.float32], folder: Path) -> list[Spoken]:
    """Return what is said in a sound of 16 kHz, heard on a GPU if there is one.

    The numbers have the precision that the model was converted to.
    """
    ctranslate2.set_random_seed(_SEED)
    # That a processor computes with other numbers than a GPU is said below.
    ctranslate2.set_log_level(logging.ERROR)
    model = WhisperModel(str(folder), device="auto", compute_type="default", cpu_threads=_threads())
    say("listener", f"Whisper runs on {model.model.device} with {model.model.compute_type}")
    found, _ = model.transcribe(
        sound,
        # The classifier of emotions knows English only.
        task="translate",
        # Over silence and noise Whisper makes up what it has read most often.
        vad_filter=True,
        condition_on_previous_text=False,
    )
    spoken = [Spoken(start=one.start, end=one.end, text=one.text.strip()) for one in found]
    return [one for one in spoken if one.text]


def _threads() -> int:
    """As many as there are processors: more would wait for each other."""
    return len(os.sched_getaffinity(0))
