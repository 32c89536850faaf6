"""A trained detector of manipulated pictures: what it is asked about, and what becomes of it."""

import hashlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from analyzer.media import local_file, probe
from analyzer.runtime import AnalysisProgram, Deadline
from analyzer.settings import Limits
from containers.analyzer.benchmarks.encode import ffmpeg, write_video
from containers.analyzer.benchmarks.scenes import VideoScene
from containers.analyzer.tests.asking import ask
from containers.analyzer.tests.broken import clip
from containers.analyzer.tests.cloud import KEY, Cloud
from containers.analyzer.tests.in_process import in_process
from containers.analyzer.tests.networks import loaded, network
from video_analyzer.frames import coloured
from video_analyzer.program import PROGRAM, VideoRequest

_BRIGHTEST = network([1, 3, "h", "w"], "ReduceMax")


def _with(folder: Path, content: bytes) -> AnalysisProgram[VideoRequest]:
    detector = loaded(folder / "model.onnx", content, PROGRAM.detector_input)
    return replace(PROGRAM, detector=detector)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    write_video(VideoScene(seed=1, frames=61), path)
    return path


def test_a_detector_raises_the_score_of_a_video(tmp_path: Path, video: Path) -> None:
    """The answer names its file and says what it gave, beside all that it says without one."""
    without, answer = ask(PROGRAM, video), ask(_with(tmp_path, _BRIGHTEST), video)

    detector = answer.pop("detector")
    assert detector["sha256"] == hashlib.sha256(_BRIGHTEST).hexdigest()
    assert detector["asked"] == 3
    assert without["manipulation_probability"] < detector["probability"] <= 1
    given = f"; the trained detector gives {detector['probability']:g}"
    assert answer == without | {
        "manipulation_probability": detector["probability"],
        "message": without["message"] + given,
    }


def test_a_detector_is_asked_as_densely_as_the_request_says(tmp_path: Path, video: Path) -> None:
    """Each `sample_rate`-th frame, as they are counted elsewhere."""
    answer = ask(_with(tmp_path, _BRIGHTEST), video, sample_rate=10)

    assert answer["detector"]["asked"] == 7


def test_what_is_not_judged_stays_so(tmp_path: Path) -> None:
    """A still says as little of how it was made, whatever a detector would make of it."""
    path = clip(tmp_path / "clip.mp4", "-t", "0.1")

    answer = ask(_with(tmp_path, _BRIGHTEST), path)

    assert answer == ask(PROGRAM, path)
    assert (answer["status"], answer["manipulation_probability"]) == ("not_judged", None)


def test_a_detector_sees_colours_at_its_own_size(tmp_path: Path) -> None:
    """Red, green and blue, each from 0 to 1, of the frames that are asked for."""
    path = tmp_path / "clip.mkv"
    shown = "color=red:size=64x48:rate=10:duration=1[a];color=blue:size=64x48:rate=10:duration=1[b]"
    lossless = ("-c:v", "ffv1", "-pix_fmt", "bgr0")
    ffmpeg("-filter_complex", f"{shown};[a][b]concat", *lossless, path)

    with local_file(path) as file:
        (stream,) = probe(file, Limits()).video
        with closing(
            coloured(file, stream, (32, 40), 9, limits=Limits(), deadline=Deadline(60))
        ) as frames:
            found = list(frames)

    assert {frame.shape for frame in found} == {(1, 3, 32, 40)}
    assert {frame.dtype for frame in found} == {np.dtype(np.float32)}
    colours = [frame.mean(axis=(0, 2, 3)).round(1).tolist() for frame in found]
    assert colours == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("shape", "taken"),
    [
        ([1, 3, 299, 299], (1, 3, 299, 299)),
        (["n", 3, "h", 64], (1, 3, 224, 64)),
    ],
)
def test_the_model_says_how_large_its_frames_are(
    tmp_path: Path, shape: list[int | str], taken: tuple[int, ...]
) -> None:
    """Where it leaves a side open, it is 224 pixels long."""
    detector = _with(tmp_path, network(shape, "ReduceMax")).detector

    assert detector is not None
    assert detector.shape == taken


def test_callers_are_told_what_the_detector_gave(tmp_path: Path, video: Path, cloud: Cloud) -> None:
    """By HTTP the same as in the program itself; where there is none, there is no such field."""
    cloud.upload(video.read_bytes())
    asked = {"s3_bucket": cloud.bucket, "s3_key": KEY}

    def answer(program: AnalysisProgram[VideoRequest]) -> object:
        client: TestClient
        with in_process(program, cloud).http as client:
            return client.post("/analyze", json=asked).json()

    equipped = _with(tmp_path, _BRIGHTEST)
    assert answer(equipped) == ask(equipped, video)
    assert answer(PROGRAM) == ask(PROGRAM, video)
    assert "detector" not in ask(PROGRAM, video)
