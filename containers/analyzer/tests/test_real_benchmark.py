"""The arithmetic and the tables of the benchmark on real recordings."""

from pathlib import Path

import numpy as np
import pytest

from containers.analyzer.benchmarks.encode import ffmpeg, write_sound, write_video
from containers.analyzer.benchmarks.real import packages, recordings, tampering, transformations
from containers.analyzer.benchmarks.real.clips import CLIPS, Use, use
from containers.analyzer.benchmarks.real.figures import Answer, videos_summary
from containers.analyzer.benchmarks.real.packages import Package
from containers.analyzer.benchmarks.scenes import VideoScene
from containers.analyzer.benchmarks.voices import CLASSES


def test_no_source_is_in_both_sets() -> None:
    """The set that is reported on holds nobody who was seen while the figures were chosen."""
    sides = {which: {clip.source for clip in CLIPS if clip.use is which} for which in Use}

    assert len(sides[Use.FIT]) >= 8
    assert len(sides[Use.REPORT]) >= 8
    assert not sides[Use.FIT] & sides[Use.REPORT]
    of_sounds = {
        which: {one.package for one in recordings.RECORDINGS if one.use is which} for which in Use
    }
    assert not of_sounds[Use.FIT] & of_sounds[Use.REPORT]


def test_the_name_of_a_source_decides_what_it_is_for() -> None:
    """Not somebody who wants good figures."""
    assert (use("bikes"), use("carphone")) == (Use.FIT, Use.REPORT)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    write_video(VideoScene(seed=1, frames=75), path)
    return path


@pytest.mark.parametrize("kind", transformations.KINDS)
def test_each_transformation_gives_a_video(clip: Path, tmp_path: Path, kind: str) -> None:
    """No line of the table is beyond ffmpeg."""
    path = tmp_path / "out.mp4"

    transformations.transform(kind, clip, path)

    ffmpeg("-i", path, "-f", "null", "-")


@pytest.mark.parametrize("name", transformations.MADE)
def test_each_screen_can_be_made(tmp_path: Path, name: str) -> None:
    """Eight seconds of it."""
    path = tmp_path / "out.mp4"

    transformations.make(name, path)

    ffmpeg("-i", path, "-f", "null", "-")


@pytest.mark.parametrize("kind", recordings.SOUND_KINDS)
def test_each_transformation_gives_a_sound(tmp_path: Path, kind: str) -> None:
    """No line of this table is beyond ffmpeg either."""
    voice, path = tmp_path / "voice.wav", tmp_path / "out.mkv"
    write_sound(CLASSES["alive"](1, 2), voice)

    recordings.sound(kind, voice, path)

    ffmpeg("-i", path, "-f", "null", "-")


def test_tampering_is_where_it_is_said_to_be(clip: Path, tmp_path: Path) -> None:
    """Seven frames, at a place that the seed decides."""
    path = tmp_path / "tampered.mp4"

    touched = tampering.tamper(clip, path, seed=1, quality="10")

    pictures = []
    for source in (clip, path):
        raw = tmp_path / "raw"
        ffmpeg("-i", source, "-vf", "scale=480:360", "-f", "rawvideo", "-pix_fmt", "gray", raw)
        pictures.append(np.frombuffer(raw.read_bytes(), np.uint8).reshape(-1, 360, 480))
    clean, tampered = (one[-60:, 72:180, 160:268].astype(int) for one in pictures)
    differing = np.abs(clean - tampered).mean(axis=(1, 2)) > 3
    assert len(touched) == 7
    assert set(np.flatnonzero(differing) + len(pictures[1]) - 60) == set(touched)


def test_a_clip_that_is_too_short_is_left_out(tmp_path: Path) -> None:
    """It would have no frames before and after."""
    path = tmp_path / "short.mp4"
    write_video(VideoScene(seed=1, frames=30), path)

    assert not tampering.tamper(path, tmp_path / "out.mp4", seed=1, quality="20")


def test_a_file_that_is_not_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not kept."""
    monkeypatch.setattr(packages, "CACHE", tmp_path)

    def deliver(_: Package, folder: Path) -> None:
        (folder / "clips-1.whl").write_bytes(b"something else")

    monkeypatch.setattr(Package, "_fetch", deliver)

    with pytest.raises(RuntimeError, match="is not the file whose SHA-256 is 0000"):
        Package(name="clips", version="1", sha256="0" * 64).fetched()
    assert not list((tmp_path / "clips-1").iterdir())


def test_summary_counts_false_alarms_and_what_was_found() -> None:
    """Shares of false alarms are of all clips, those of what was found of the judged ones."""
    answers = [
        Answer(kind="cut", name="a", probability=0.9, named=(4,)),
        Answer(kind="cut", name="b", probability=0.1),
        Answer(kind="cut", name="c", probability=None),
        Answer(kind="tampered", name="a", probability=0.9, named=(4,), touched=range(3, 10)),
        Answer(kind="tampered", name="b", probability=0.9, named=(40,), touched=range(3, 10)),
        Answer(kind="tampered", name="c", probability=None, touched=range(3, 10)),
    ]

    assert list(videos_summary(answers)) == [
        "clean: 3 clips, not judged 1 of 3 (33.3 %), with a frame named 1 of 3 (33.3 %)",
        "  named: cut, a: (4,)",
        (
            "tampered: 3 clips, not judged 1 of 3 (33.3 %), "
            "with a touched frame named 1 of 2 (50.0 %) of those judged"
        ),
    ]
