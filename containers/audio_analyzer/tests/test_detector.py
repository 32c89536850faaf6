"""A trained detector of synthetic voices: what it is asked about, and what becomes of it."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analyzer.failure import Problem
from analyzer.requests import AnalysisRequest
from analyzer.runtime import AnalysisProgram
from audio_analyzer.program import PROGRAM
from audio_analyzer.sound import RATE, windows
from containers.analyzer.benchmarks.encode import write_sound
from containers.analyzer.benchmarks.voices import CLASSES, Sound
from containers.analyzer.tests.asking import ask, refusal
from containers.analyzer.tests.networks import endless_below_zero, loaded, network

_Program = AnalysisProgram[AnalysisRequest]


def _voice(seconds: int) -> Sound:
    return CLASSES["alive"](1, seconds)


def _tone(seconds: int) -> Sound:
    return np.sin(np.arange(seconds * RATE) * 2 * np.pi * 440 / RATE).astype(np.float32)


def _with(folder: Path, content: bytes) -> _Program:
    detector = loaded(folder / "model.onnx", content, PROGRAM.detector_input)
    return replace(PROGRAM, detector=detector)


def _recorded(folder: Path, *sounds: Sound) -> Path:
    path = folder / "sound.wav"
    write_sound(np.concatenate(sounds), path)
    return path


def test_a_detector_raises_the_score_of_a_voice(tmp_path: Path) -> None:
    """The answer names its file and says what it gave, beside all that it says without one."""
    path, content = _recorded(tmp_path, _voice(4)), network([1, RATE], "ReduceMax", "Sqrt")

    without, answer = ask(PROGRAM, path), ask(_with(tmp_path, content), path)

    detector = answer.pop("detector")
    assert detector["sha256"] == hashlib.sha256(content).hexdigest()
    assert detector["asked"] == 4
    assert without["deepfake_probability"] < detector["probability"] <= 1
    given = f"; the trained detector gives {detector['probability']:g}"
    assert answer == without | {
        "deepfake_probability": detector["probability"],
        "message": without["message"] + given,
    }


def test_a_detector_that_finds_nothing_is_no_evidence_for_a_voice(tmp_path: Path) -> None:
    """The higher indication counts; of the other one it is said what it was."""
    path = _recorded(tmp_path, _voice(4))

    answer = ask(_with(tmp_path, network([1, "n"], "ReduceMax", "Floor")), path)

    assert answer["detector"]["probability"] == 0
    assert answer["deepfake_probability"] == ask(PROGRAM, path)["deepfake_probability"] > 0


def test_a_detector_is_asked_only_where_somebody_talks(tmp_path: Path) -> None:
    """Of thirty seconds with a tone before and after the talk, ten."""
    path = _recorded(tmp_path, _tone(10), _voice(10), _tone(10))

    answer = ask(_with(tmp_path, network([1, "n"], "ReduceMax")), path)

    assert answer["detector"]["asked"] == 1


def test_what_is_not_judged_stays_so(tmp_path: Path) -> None:
    """However sure a detector would be of a sound that is no voice."""
    path = _recorded(tmp_path, _tone(4))

    answer = ask(_with(tmp_path, network([1, "n"], "ReduceMax")), path)

    assert answer == ask(PROGRAM, path)
    assert (answer["status"], answer["deepfake_probability"]) == ("not_judged", None)


def test_an_answer_that_is_no_probability_is_left_out(tmp_path: Path) -> None:
    """The rest of the judgement holds, and the message says so."""
    path = _recorded(tmp_path, _voice(4))

    answer = ask(_with(tmp_path, network([1, "n"], "ReduceMin", "Sqrt")), path)

    without = ask(PROGRAM, path)
    fault = "; of the trained detector there is no probability: it gave [nan]"
    assert answer == without | {"message": without["message"] + fault}


def test_a_detector_that_comes_to_no_end_is_out_of_time(tmp_path: Path) -> None:
    """As any analysis is that takes longer than it may."""
    path = _recorded(tmp_path, _voice(4))

    refused = refusal(_with(tmp_path, endless_below_zero()), path, seconds=3)

    assert refused.problem is Problem.TIMEOUT


@pytest.mark.parametrize(
    ("count", "starts"),
    [(4, [0]), (8, [0, 4]), (10, [0, 4, 6]), (3, [0])],
    ids=["one", "two", "a rest", "too little"],
)
def test_windows_have_all_of_a_sound(count: int, starts: list[int]) -> None:
    """The last one ends with it; what is too short for one begins again until it fills it."""
    found = list(windows(np.arange(count, dtype=np.float32), 4))

    assert [window[0] for window in found] == starts
    assert {len(window) for window in found} == {4}
    assert found[-1][-1] == (count - 1 if count >= 4 else 0)
