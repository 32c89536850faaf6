"""Files of all kinds: what is heard in them, and what is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.failure import Problem
from analyzer.settings import Limits
from audio_analyzer.program import PROGRAM
from containers.analyzer.benchmarks.encode import ffmpeg, write_sound
from containers.analyzer.benchmarks.voices import CLASSES
from containers.analyzer.tests.asking import ask, refusal
from containers.analyzer.tests.broken import NO_MEDIA, PATTERN, TONE, clip


def test_a_tone_is_described(tmp_path: Path) -> None:
    """All fields of the seed, and who has judged."""
    answer = ask(PROGRAM, clip(tmp_path / "clip.mkv", "-c:a", "flac"))

    assert 0 <= answer.pop("deepfake_probability") <= 1
    assert answer.pop("model")["name"] == "voice-traits"
    assert answer == {
        "audio_duration": 2.0,
        "sample_rate": 16000,
        "status": "success",
        "message": "periodic sound, as of a voice",
    }


@pytest.mark.parametrize("codec", [("-c:a", "pcm_s16le"), ("-c:a", "aac", "-b:a", "96k")])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_living_voice_and_a_machine_are_far_apart(
    tmp_path: Path, seed: int, codec: tuple[str, ...]
) -> None:
    """Those that were made here: one breathes and wavers, the other does not."""
    found = {}
    for name in ("alive", "machine"):
        path = tmp_path / f"{name}.mkv"
        write_sound(CLASSES[name](seed, 6), path, *codec)
        found[name] = ask(PROGRAM, path)["deepfake_probability"]

    assert found["alive"] < 0.3
    assert found["machine"] > 0.7


def test_noise_is_no_voice_and_no_machine(tmp_path: Path) -> None:
    """The answer says that it heard none."""
    path = tmp_path / "noise.wav"
    write_sound(CLASSES["noise"](1, 4), path)

    answer = ask(PROGRAM, path)

    assert answer["deepfake_probability"] < 0.3
    assert answer["message"] == "no voice in the sound"


def test_the_same_sound_gets_the_same_answer(tmp_path: Path) -> None:
    """There is no chance in it, and probabilities have three decimals."""
    path = tmp_path / "voice.wav"
    write_sound(CLASSES["machine"](3, 4), path)

    first = ask(PROGRAM, path)

    assert first == ask(PROGRAM, path)
    assert first["deepfake_probability"] == round(first["deepfake_probability"], 3)


@pytest.mark.parametrize("kind", NO_MEDIA)
def test_what_is_no_media_is_refused(tmp_path: Path, kind: str) -> None:
    """Broken, empty, text, pictures, lists: it is the caller's file."""
    assert refusal(PROGRAM, NO_MEDIA[kind](tmp_path)).problem is Problem.UNSUPPORTED_MEDIA


def test_a_silent_film_has_no_audio_stream(tmp_path: Path) -> None:
    """It is media, but not for this program."""
    path = tmp_path / "film.mp4"
    ffmpeg(*PATTERN, path)

    refused = refusal(PROGRAM, path)

    assert refused.problem is Problem.NO_AUDIO_STREAM
    assert refused.sentence == "there is no audio stream in it"


@pytest.mark.parametrize(
    "source", ["anullsrc=duration=3", "sine=440:duration=0.2", "sine=440:duration=0.01"]
)
def test_next_to_nothing_is_not_judged(tmp_path: Path, source: str) -> None:
    """A probability for silence would be invented."""
    path = tmp_path / "sound.wav"
    ffmpeg("-f", "lavfi", "-i", source, path)

    refused = refusal(PROGRAM, path)

    assert refused.problem is Problem.NO_AUDIO_STREAM
    assert refused.sentence == "the audio stream is silent or shorter than half a second"


def test_the_rest_of_a_truncated_sound_is_analysed(tmp_path: Path) -> None:
    """What has come is judged, and the answer says how much that was."""
    whole = clip(tmp_path / "clip.mkv").read_bytes()
    path = tmp_path / "cut.mkv"
    path.write_bytes(whole[: len(whole) * 2 // 3])

    assert 0.5 < ask(PROGRAM, path)["audio_duration"] < 2


def test_a_sound_that_lasts_longer_than_it_says_is_refused(tmp_path: Path) -> None:
    """Recordings of browsers say nothing; then the samples are counted."""
    path = clip(tmp_path / "clip.webm", "-c:a", "libopus", "-vn", "-f", "webm", "-live", "1")

    refused = refusal(PROGRAM, path, limits=replace(Limits(), media_seconds=1))

    assert refused.problem is Problem.TOO_LARGE


def test_an_analysis_out_of_time_is_ended(tmp_path: Path) -> None:
    """Ffmpeg is not waited for."""
    path = tmp_path / "tone.wav"
    ffmpeg(*TONE, path)

    assert refusal(PROGRAM, path, seconds=0).problem is Problem.TIMEOUT
