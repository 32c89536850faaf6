"""The whole step as a process: real libraries, tiny models, a video that is made here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from containers.analyzer.benchmarks.encode import ffmpeg, write_sound
from containers.analyzer.benchmarks.voices import MACHINE, voice
from containers.step.tests.fixtures import Bucket
from step.media import decode

pytestmark = pytest.mark.models

_DEVICE = "listener: Whisper runs on cpu with int8_float32\n"
"""What the log has of a machine without a GPU."""

_CONTAINERS = Path(__file__).parents[3]


def _video(folder: Path, *, speech: bool) -> Path:
    sound = voice(MACHINE, 1, 16) if speech else np.sin(np.arange(16 * 16000) / 10) / 4
    write_sound(sound, folder / "sound.wav")
    picture = ("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=5:duration=16")
    path = folder / "video.mp4"
    ffmpeg(*picture, "-i", folder / "sound.wav", "-c:v", "libx264", path)
    return path


def _run(models: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    sources = f"{_CONTAINERS}/step/src:{_CONTAINERS}/listener/src"
    return subprocess.run(
        [sys.executable, "-m", "listener", *arguments],
        env=os.environ | {"PYTHONPATH": sources, "MODELS": str(models)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_video_of_a_bucket_is_heard(tmp_path: Path, models: Path, bucket: Bucket) -> None:
    """From an upload to what the composer takes."""
    video = bucket.put("runs/m1/input/video", _video(tmp_path, speech=True).read_bytes())

    ended = _run(models, video, "--to", f"s3://{bucket.name}/runs/m1/stage1/")

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", _DEVICE)
    found = json.loads(bucket.content("runs/m1/stage1/segments.json"))
    emotions = [(one["start"], one["emotion"], one["text"]) for one in found["segments"]]
    assert emotions == [(0, "joy", "what happy day"), (8, "sadness", "crying")]
    (tmp_path / "vocals.flac").write_bytes(bucket.content("runs/m1/stage1/vocals.flac"))
    sound = np.frombuffer(decode(tmp_path / "vocals.flac", rate=16000, channels=1), np.float32)
    assert len(sound) / 16000 == pytest.approx(found["seconds"], abs=0.01)
    spectrum = np.abs(np.fft.rfft(sound[: 10 * 16000])) ** 2
    assert spectrum[65000:].sum() < 0.01 * spectrum.sum(), "the networks let nothing high pass"


def test_on_a_desk_it_prints_lines(tmp_path: Path, models: Path) -> None:
    """And no library a word of its own."""
    ended = _run(models, str(_video(tmp_path, speech=True)))

    assert (ended.returncode, ended.stderr) == (0, _DEVICE)
    first, second = ended.stdout.splitlines()
    assert first == "0 8 joy what happy day"
    assert second.startswith("8 16")


def test_a_video_without_speech_says_so(tmp_path: Path, models: Path) -> None:
    """To the person who uploaded it, and by its code."""
    ended = _run(models, str(_video(tmp_path, speech=False)), "--to", str(tmp_path / "stage1"))

    assert ended.returncode == 3
    told = json.loads((tmp_path / "stage1" / "failure.json").read_text())
    assert told["reason"].startswith("Nobody speaks in the first 16 seconds of this video: ")
    assert told["final"] is True
    assert [path.name for path in (tmp_path / "stage1").iterdir()] == ["failure.json"]


def test_a_model_that_cannot_be_loaded_is_our_fault(tmp_path: Path, models: Path) -> None:
    """The trace is in the log, the person reads that the video is not to blame."""
    broken = tmp_path / "models"
    for path in models.rglob("*.*"):
        target = broken / path.relative_to(models)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes()[: 100 if path.name == "model.bin" else None])

    ended = _run(broken, str(_video(tmp_path, speech=True)), "--to", str(tmp_path / "stage1"))

    assert ended.returncode == 1
    assert "the video is not to blame" in (tmp_path / "stage1" / "failure.json").read_text()
