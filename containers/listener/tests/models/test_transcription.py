"""faster-whisper and CTranslate2 on a Whisper that says what it was told to."""

from pathlib import Path

import numpy as np
import pytest

from containers.analyzer.benchmarks.voices import ALIVE, voice
from listener.transcription import Spoken, transcribe

pytestmark = pytest.mark.models

_RATE = 16000


def test_what_is_said_comes_with_its_times(models: Path) -> None:
    """From the features of the sound to the text: all but what was learnt is Whisper's own."""
    sound = voice(ALIVE, 1, 15).astype(np.float32)

    assert transcribe(sound, models / "whisper") == [
        Spoken(start=0, end=6, text="what happy day"),
        Spoken(start=8, end=14, text="crying"),
    ]


def test_times_are_those_of_the_video(models: Path) -> None:
    """Also where silence before was left out."""
    silence = np.zeros(10 * _RATE, np.float32)
    sound = np.concatenate([silence, voice(ALIVE, 1, 15).astype(np.float32)])

    first, second = transcribe(sound, models / "whisper")

    assert first.start == pytest.approx(10, abs=0.5)
    assert second.end == pytest.approx(24, abs=0.5)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0),
        np.zeros(20 * _RATE),
        0.3 * np.sin(np.arange(20 * _RATE) / 10),
        0.1 * np.random.default_rng(1).normal(size=20 * _RATE),
    ],
    ids=["nothing", "silence", "a tone", "noise"],
)
def test_nobody_speaks_where_there_is_no_voice(
    models: Path, sound: "np.typing.NDArray[np.float64]"
) -> None:
    """Although this Whisper would say its words over anything."""
    assert transcribe(sound.astype(np.float32), models / "whisper") == []
