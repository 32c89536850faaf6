"""A trained detector: what is taken for one, and within which bounds it runs."""

import hashlib
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from analyzer import detector
from analyzer.cli import main
from analyzer.detector import Detector, NoProbability
from analyzer.failure import Cancelled, Problem, Refused, SettingsError
from analyzer.runtime import Deadline
from containers.analyzer.tests.networks import (
    ANY,
    endless_below_zero,
    loaded,
    network,
    with_weights_elsewhere,
)
from containers.analyzer.tests.played import PLAYED


def _row(*values: float) -> detector.Row:
    return np.array([values], np.float32)


def test_a_detector_gives_its_probability(tmp_path: Path) -> None:
    """It is known by the hash of its file, and asked about what it takes."""
    content = network([1, 3], "ReduceMax")

    found = loaded(tmp_path / "model.onnx", content)

    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.shape == (1, 3)
    assert found.probability(_row(0.1, 0.75, 0.2)) == 0.75


def test_an_axis_that_is_left_open_gets_its_usual_size(tmp_path: Path) -> None:
    """Whether it has a name in the model or not."""
    assert loaded(tmp_path / "model.onnx", network(["n", "samples"], "ReduceMax")).shape == (1, 10)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"hello", "it cannot be loaded: "),
        (b"", "it cannot be loaded: "),
        (
            network([1, 1001], "ReduceMax"),
            "it takes tensor(float) of [1, 1001]: it has to be tensor(float) of [1, 1 to 1000]",
        ),
        (network([2, 10], "ReduceMax"), "it takes tensor(float) of [2, 10]: it has to be"),
        (network([1, 3, 10], "ReduceMax"), "it takes tensor(float) of [1, 3, 10]: it has to be"),
        (
            network([1, 10], "ReduceMax", taken=TensorProto.DOUBLE, given=TensorProto.DOUBLE),
            "it takes tensor(double) of [1, 10]: it has to be tensor(float) of",
        ),
        (
            network([1, 10], "ReduceMax", "Neg", outputs=2),
            "it has 1 inputs and 2 outputs: it has to have one of each",
        ),
        (
            network([1, 10], "ReduceMax", "IsNaN", given=TensorProto.BOOL),
            "it gives tensor(bool): it has to be tensor(float)",
        ),
        (network([1, 3], "Neg"), "it gave [-"),
        (network([1, 10], "ReduceMax", "Neg"), "it gave [-0."),
        (network([1, 10], "ReduceMax", "Neg", "Sqrt"), "it gave [nan]: it has to give one number"),
    ],
)
def test_what_is_no_detector_is_refused_at_the_start(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    """With one sentence that names the file, before a message is taken."""
    path = tmp_path / "model.onnx"

    with pytest.raises(SettingsError) as raised:
        loaded(path, content)

    assert str(raised.value).startswith(f"DETECTOR is '{path}': {sentence}")
    assert "\n" not in str(raised.value)


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        Detector.load(tmp_path / "model.onnx", ANY)

    sentence = "it cannot be read: No such file or directory"
    assert str(raised.value) == f"DETECTOR is '{tmp_path}/model.onnx': {sentence}"


def test_a_model_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """It would take the memory that ffmpeg needs."""
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.truncate(200_000_001)

    with pytest.raises(SettingsError, match="it has 200000001 bytes: at most 200000000"):
        Detector.load(path, ANY)


@pytest.mark.parametrize("elsewhere", ["weights.bin", "../weights.bin", "{}/weights.bin"])
def test_weights_in_another_file_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    """A model could name any file of the container, and one hash would not cover it."""
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    place = tmp_path if elsewhere.startswith("..") else below
    content = with_weights_elsewhere(elsewhere.format(below), place / "weights.bin")

    with pytest.raises(SettingsError, match="it cannot be loaded: "):
        loaded(below / "model.onnx", content)


def test_without_onnxruntime_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image was built without the extra."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(SettingsError) as raised:
        loaded(tmp_path / "model.onnx", network([1, 3], "ReduceMax"))

    assert str(raised.value) == (
        "DETECTOR is set, and onnxruntime is not installed: it is the extra `detector`"
    )


@pytest.mark.parametrize(
    ("operators", "row", "gave"),
    [
        (("ReduceMin", "Sqrt"), _row(-1.0, 0.5), "it gave [nan]"),
        (("ReduceMax",), _row(7.0, 0.5), "it gave [7.0]"),
        (("ReduceMax",), _row(0.1, 0.2, 0.3), "it ended with [ONNXRuntimeError]"),
    ],
    ids=["no number", "too much", "an error"],
)
def test_an_answer_that_is_no_probability_is_none(
    tmp_path: Path, operators: tuple[str, ...], row: detector.Row, gave: str
) -> None:
    """Over some input a model may give what it did not give at the start."""
    found = loaded(tmp_path / "model.onnx", network([1, 2], *operators))

    with pytest.raises(NoProbability) as raised:
        found.probability(row)

    assert str(raised.value).startswith(gave)


def test_a_model_that_comes_to_no_end_ends_with_the_analysis(tmp_path: Path) -> None:
    """By the time limit, or because the result is no longer wanted."""
    found = loaded(tmp_path / "model.onnx", endless_below_zero())
    assert found.probability(_row(0.5)) == 0.5
    begun, cancelled = time.monotonic(), Deadline(60)
    cancelled.cancel()

    with pytest.raises(Refused) as raised:
        found.probability(_row(-0.5), Deadline(0.3).check)
    with pytest.raises(Cancelled):
        found.probability(_row(-0.5), cancelled.check)

    assert raised.value.problem is Problem.TIMEOUT
    assert time.monotonic() - begun < 10


def test_a_program_has_no_detector_unless_it_is_named(tmp_path: Path) -> None:
    """An empty variable names none."""
    path = tmp_path / "model.onnx"
    path.write_bytes(network([1, 3], "ReduceMax"))
    program = replace(PLAYED, detector_input=ANY)

    assert PLAYED.equipped({}).detector is None
    assert PLAYED.equipped({"DETECTOR": ""}).detector is None
    equipped = program.equipped({"DETECTOR": str(path)})
    assert equipped.detector is not None
    assert equipped.detector.shape == (1, 3)


def test_a_program_with_an_unfit_detector_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence and the code of wrong settings, as for any other variable."""
    path = tmp_path / "model.onnx"
    path.write_bytes(network([1, 3], "ReduceMax"))
    monkeypatch.setenv("DETECTOR", str(path))

    with pytest.raises(SystemExit) as ended:
        main(PLAYED, [])

    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        f"played: DETECTOR is '{path}': it takes tensor(float) of [1, 3]: "
        "it has to be tensor(float) of []\n"
    )
