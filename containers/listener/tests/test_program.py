"""The step from outside: what it takes, what it puts where, and what it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from containers.analyzer.benchmarks.encode import ffmpeg
from containers.analyzer.tests.broken import NO_MEDIA, PATTERN, TONE
from containers.listener.tests.played import PlayedEars
from containers.step.tests.fixtures import Bucket
from listener.program import listen, main
from step.failure import Unusable
from step.media import decode, lasting
from step.places import Missing, place

_ROOT = Path(__file__).parents[3]


def _video(path: Path, seconds: float = 15, sound: float | None = None) -> Path:
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=64x48:rate=5:duration={seconds}")
    tone = ("-f", "lavfi", "-i", f"sine=440:duration={seconds if sound is None else sound}")
    ffmpeg(*picture, *tone, "-c:v", "libx264", "-preset", "ultrafast", path)
    return path


def test_a_video_becomes_segments_and_vocals(tmp_path: Path) -> None:
    """Both as long as it is."""
    video = _video(tmp_path / "video.mp4")

    listen(str(video), place(str(tmp_path / "stage1")), PlayedEars())

    found = json.loads((tmp_path / "stage1" / "segments.json").read_text())
    assert found["seconds"] == pytest.approx(15, abs=0.1)
    assert found["segments"] == [
        {"start": 0, "end": 8, "emotion": "joy", "text": "what a day"},
        {"start": 8, "end": found["seconds"], "emotion": "sadness", "text": "oh no"},
    ]
    assert lasting(tmp_path / "stage1" / "vocals.flac", 100) == pytest.approx(found["seconds"])


def test_a_run_of_a_bucket_gets_the_same(tmp_path: Path, bucket: Bucket) -> None:
    """And nothing else is there."""
    content = _video(tmp_path / "video.mp4").read_bytes()
    video = bucket.put("runs/m1/input/video", content)

    listen(video, place(f"s3://{bucket.name}/runs/m1/stage1/"), PlayedEars())

    assert bucket.keys() == [
        "runs/m1/input/video",
        "runs/m1/stage1/segments.json",
        "runs/m1/stage1/vocals.flac",
    ]
    assert len(json.loads(bucket.content("runs/m1/stage1/segments.json"))["segments"]) == 2


def test_on_a_desk_segments_are_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Start, end, emotion and what is said."""
    video = _video(tmp_path / "video.mp4")

    listen(str(video), None, PlayedEars())

    first, second = capsys.readouterr().out.splitlines()
    assert first == "0 8 joy what a day"
    assert second.startswith("8 15")
    assert second.endswith(" sadness oh no")
    assert [path.name for path in tmp_path.iterdir()] == ["video.mp4"]


def test_only_the_first_hundred_seconds_are_heard(tmp_path: Path) -> None:
    """The rest gets no music."""
    ears = PlayedEars()

    video = _video(tmp_path / "video.mkv", seconds=104)
    listen(str(video), place(str(tmp_path / "stage1")), ears)

    found = json.loads((tmp_path / "stage1" / "segments.json").read_text())
    assert (found["seconds"], found["segments"][-1]["end"]) == (100, 100)
    assert ears.heard == [100 * 44100 * 2 * 4, 100 * 16000 * 4]


def test_vocals_last_as_long_as_the_video_where_its_sound_ends_before(tmp_path: Path) -> None:
    """They are mixed with music for all of it."""
    video = _video(tmp_path / "video.mkv", seconds=12, sound=4)

    listen(str(video), place(str(tmp_path / "stage1")), PlayedEars())

    vocals = np.frombuffer(decode(tmp_path / "stage1" / "vocals.flac", rate=8000, channels=1))
    assert lasting(tmp_path / "stage1" / "vocals.flac", 100) == pytest.approx(12, abs=0.1)
    assert not vocals[len(vocals) // 2 :].any()


def test_a_video_without_sound_cannot_be_used(tmp_path: Path) -> None:
    """There is nothing to hear emotions in."""
    ffmpeg(*PATTERN, tmp_path / "film.mp4")

    with pytest.raises(Unusable, match=r"^This video has no sound: the music is chosen by the emo"):
        listen(str(tmp_path / "film.mp4"), None, PlayedEars())


def test_sound_alone_cannot_be_used(tmp_path: Path) -> None:
    """The results are videos."""
    ffmpeg(*TONE, tmp_path / "song.mp3")

    with pytest.raises(Unusable, match=r"^This file has no moving picture: upload a video$"):
        listen(str(tmp_path / "song.mp3"), None, PlayedEars())


@pytest.mark.parametrize("kind", NO_MEDIA)
def test_what_is_no_video_cannot_be_used(tmp_path: Path, kind: str) -> None:
    """Whatever its name says."""
    with pytest.raises(Unusable, match=r"^This file is no video that can be read$"):
        listen(str(NO_MEDIA[kind](tmp_path)), None, PlayedEars())


def test_a_video_in_which_nobody_speaks_cannot_be_used(tmp_path: Path) -> None:
    """Its sound does not say which music it wants, and nothing is put."""
    video = _video(tmp_path / "video.mp4", seconds=6)

    with pytest.raises(Unusable, match=r"^Nobody speaks in the first 6 seconds of this video: the"):
        listen(str(video), place(str(tmp_path / "stage1")), PlayedEars(said=[]))

    assert not (tmp_path / "stage1").exists()


def test_a_video_that_is_not_there_is_named(tmp_path: Path) -> None:
    """It is not the video's fault."""
    with pytest.raises(Missing, match=r"there is no file .*/none\.mp4"):
        listen(str(tmp_path / "none.mp4"), None, PlayedEars())


def test_without_models_the_step_ends_before_it_downloads_anything(tmp_path: Path) -> None:
    """By the exit code for the environment; the video is not to blame."""
    stage1 = tmp_path / "stage1"
    containers = _ROOT / "containers"
    own = {"PYTHONPATH": f"{containers}/step/src:{containers}/listener/src", "MODELS": "/none"}

    ended = subprocess.run(
        [sys.executable, "-m", "listener", "s3://none/video", "--to", str(stage1)],
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr == "listener: MODELS is '/none': there is no /none/whisper/config.json\n"
    assert json.loads((stage1 / "failure.json").read_text())["final"] is True


def test_the_models_have_to_be_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line."""
    monkeypatch.delenv("MODELS", raising=False)

    assert main(["video.mp4"]) == 2
    said = capsys.readouterr().err
    assert said == "listener: MODELS is not set: it has to name the directory of the models\n"
