"""What is in a file, and its sound as numbers."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from containers.analyzer.benchmarks.encode import ffmpeg as encoder
from containers.analyzer.tests.broken import NO_MEDIA, PATTERN, TONE, clip
from containers.analyzer.tests.odd import wrong_length
from step.failure import Failed, Unusable, WrongSetup
from step.media import decode, encode, ffmpeg, lasting, probe


def _numbers(samples: bytes) -> NDArray[np.float32]:
    return np.frombuffer(samples, np.float32)


def test_a_video_with_sound_is_known_as_one(tmp_path: Path) -> None:
    """By its content: the object in the bucket is called `video`."""
    clip(tmp_path / "clip.mp4").rename(tmp_path / "video")

    media = probe(tmp_path / "video")

    assert (media.sound, media.picture) == (True, True)
    assert media.seconds == pytest.approx(2, abs=0.1)


def test_a_silent_film_has_no_sound(tmp_path: Path) -> None:
    """It is for the step to refuse."""
    encoder(*PATTERN, tmp_path / "film.mp4")

    media = probe(tmp_path / "film.mp4")

    assert (media.sound, media.picture) == (False, True)


def test_the_cover_of_a_song_is_no_picture(tmp_path: Path) -> None:
    """Nothing moves."""
    encoder(*PATTERN, "-frames:v", "1", tmp_path / "cover.jpg")
    both = ("-i", tmp_path / "cover.jpg", "-map", "0", "-map", "1")
    encoder(*TONE, *both, "-disposition:v", "attached_pic", tmp_path / "song.mp3")

    media = probe(tmp_path / "song.mp3")

    assert (media.sound, media.picture) == (True, False)


@pytest.mark.parametrize("kind", NO_MEDIA)
def test_what_is_no_media_is_unusable(tmp_path: Path, kind: str) -> None:
    """Playlists too: they name files of the machine that reads them."""
    path = NO_MEDIA[kind](tmp_path)

    with pytest.raises(Unusable, match=r"^This file is no video that can be read$"):
        probe(path)
    with pytest.raises(Unusable):
        decode(path, rate=8000, channels=1)


def test_a_file_lasts_as_long_as_what_is_in_it(tmp_path: Path) -> None:
    """Its header may promise hours; of a long film only so much is looked at."""
    path = wrong_length(tmp_path / "clip.avi", 9999)

    assert probe(path).seconds > 300
    assert lasting(path, 100) == pytest.approx(2, abs=0.1)
    assert lasting(path, 1.5) == pytest.approx(1.5, abs=0.1)


def test_sound_is_decoded_to_the_rate_and_channels_that_are_wanted(tmp_path: Path) -> None:
    """And no longer than wanted."""
    path = clip(tmp_path / "clip.mp4")

    sound = _numbers(decode(path, rate=8000, channels=2, seconds=1.5)).reshape(-1, 2)

    assert len(sound) == 12000
    assert 0.05 < np.abs(sound).max() < 0.2
    assert np.allclose(sound[:, 0], sound[:, 1])


def test_sound_that_begins_late_is_silent_until_then(tmp_path: Path) -> None:
    """Or what is said would be dated too early."""
    late = ("-itsoffset", "1", *TONE, "-c:v", "libx264", "-c:a", "aac")
    encoder(*PATTERN, *late, tmp_path / "late.mkv")

    sound = _numbers(decode(tmp_path / "late.mkv", rate=8000, channels=1))

    assert len(sound) / 8000 == pytest.approx(3, abs=0.1)
    assert not np.abs(sound[:7500]).any()
    assert np.abs(sound[8500:]).max() > 0.05


def test_what_is_encoded_is_what_is_decoded(tmp_path: Path) -> None:
    """FLAC loses nothing but what 16 bits cannot hold."""
    sound = np.sin(np.arange(16000, dtype=np.float32) / 20).astype(np.float32) / 2

    encode(sound.tobytes(), tmp_path / "vocals.flac", rate=8000, channels=2)

    again = _numbers(decode(tmp_path / "vocals.flac", rate=8000, channels=2))
    assert np.abs(again - sound).max() < 1e-4


def test_a_tool_that_ends_badly_is_for_the_log(tmp_path: Path) -> None:
    """With its own words."""
    with pytest.raises(Failed, match=f"^ffmpeg ended with .*{tmp_path}/none/a"):
        encode(b"", tmp_path / "none" / "a.flac", rate=8000, channels=1)


def test_a_tool_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what would be right."""
    monkeypatch.setenv("FFMPEG", "/none/ffmpeg")

    with pytest.raises(WrongSetup, match=r"^ffmpeg is not installed: put it on the PATH, or"):
        ffmpeg("-version")
