"""Files of all kinds: what is heard in them, and what is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analyzer.failure import Problem
from analyzer.settings import Limits
from audio_analyzer.program import PROGRAM
from audio_analyzer.sound import mixed
from containers.analyzer.benchmarks.encode import ffmpeg, write_sound
from containers.analyzer.benchmarks.voices import CLASSES
from containers.analyzer.tests.asking import ask, refusal
from containers.analyzer.tests.broken import NO_MEDIA, PATTERN, TONE, clip
from containers.analyzer.tests.odd import (
    half_of_faststart,
    silent_first,
    starting_late,
    unknown_first,
)


def test_a_voice_is_described(tmp_path: Path) -> None:
    """All fields of the seed, and who has judged."""
    path = tmp_path / "voice.wav"
    write_sound(CLASSES["alive"](1, 4), path)

    answer = ask(PROGRAM, path)

    assert 0 <= answer.pop("deepfake_probability") <= 1
    assert answer.pop("model")["name"] == "voice-traits"
    assert answer == {
        "audio_duration": 4.0,
        "sample_rate": 16000,
        "status": "success",
        "message": "somebody talks, or something that imitates it",
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
    assert found["machine"] > 0.5


_NOBODY = "nobody talks in it: there is no voice to judge"
_NO_VOICES = {
    "tone": "sine=440:duration=4",
    "beeps": "aevalsrc='0.4*sin(1000*2*PI*t)*lt(mod(t,1),0.3)':d=6",
    "chords": "aevalsrc='0.2*exp(-3*mod(t,0.5))*(sin(2*PI*262*t)+sin(2*PI*330*t)+sin(2*PI*392*t))"
    "':d=6",
    "glissando": "aevalsrc='0.4*sin(2*PI*(200*t+40*sin(2*t)))':d=6",
    "noise": "anoisesrc=color=pink:amplitude=0.2:duration=4",
    "clicks": "aevalsrc='0.8*random(0)*lt(mod(t,0.4),0.02)':d=6",
    "flutter": "aevalsrc='0.3*(random(0)-0.5)*(1+sin(2*PI*4*t))':d=6",
}


@pytest.mark.parametrize("name", _NO_VOICES)
def test_where_nobody_talks_there_is_no_score(tmp_path: Path, name: str) -> None:
    """However much it sounds like a machine: it says nothing of a voice."""
    path = tmp_path / "sound.wav"
    ffmpeg("-f", "lavfi", "-i", _NO_VOICES[name], path)

    answer = ask(PROGRAM, path)

    assert (answer["status"], answer["deepfake_probability"]) == ("not_judged", None)
    assert answer["message"] == _NOBODY


def test_what_is_said_between_other_sounds_is_judged_alone(tmp_path: Path) -> None:
    """Ten seconds of talk after ten of noise get what they get without it."""
    voice, noise = CLASSES["machine"](1, 10), CLASSES["noise"](1, 10)
    alone, both = tmp_path / "alone.wav", tmp_path / "both.wav"
    write_sound(voice, alone)
    write_sound(np.concatenate([noise, voice]), both)

    scores = [ask(PROGRAM, path)["deepfake_probability"] for path in (alone, both)]

    assert scores[0] == scores[1] > 0.5


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


def test_silence_does_not_hide_the_sound_behind_it(tmp_path: Path) -> None:
    """The next sound track is judged, and the silent one is mentioned."""
    answer = ask(PROGRAM, silent_first(tmp_path / "two.mkv"))

    assert answer["audio_duration"] == pytest.approx(2, abs=0.1)
    assert answer["message"].endswith("; it has another audio stream, which was not judged")


def test_sound_of_an_unknown_kind_does_not_hide_that_behind_it(tmp_path: Path) -> None:
    """Telephones write a second track for their own kind of surround sound."""
    answer = ask(PROGRAM, unknown_first(tmp_path / "two.mkv"))

    assert answer["audio_duration"] == pytest.approx(2, abs=0.1)
    assert answer["message"].endswith("; it has another audio stream, which was not judged")


def test_sound_of_an_unknown_kind_alone_is_refused(tmp_path: Path) -> None:
    """It is there, so it is not said to be missing."""
    ffmpeg(*TONE, "-c:a", "aac", tmp_path / "known.mkv")
    path = tmp_path / "unknown.mkv"
    path.write_bytes((tmp_path / "known.mkv").read_bytes().replace(b"A_AAC", b"A_XYZ"))

    refused = refusal(PROGRAM, path)

    assert refused.problem is Problem.UNSUPPORTED_MEDIA
    assert refused.sentence.startswith("the audio stream cannot be decoded: ")


@pytest.mark.parametrize(
    "channels",
    ["stereo|c0=c0|c1=-1*c0", "5.1|c0=c0|c1=-1*c0|c2=c0|c3=-1*c0|c4=c0|c5=-1*c0"],
    ids=["stereo", "surround"],
)
def test_channels_that_cancel_each_other_are_heard(tmp_path: Path, channels: str) -> None:
    """One of them upside down is the same sound to a listener."""
    voice, path = tmp_path / "voice.wav", tmp_path / "cancelling.wav"
    write_sound(CLASSES["machine"](1, 4), voice)
    ffmpeg("-i", voice, "-af", f"pan={channels}", path)

    alone, cancelling = ask(PROGRAM, voice), ask(PROGRAM, path)

    assert cancelling["message"] == alone["message"]
    assert cancelling["deepfake_probability"] == pytest.approx(
        alone["deepfake_probability"], abs=0.02
    )


def test_a_voice_is_louder_than_the_noise_of_each_channel() -> None:
    """Voices are added up whichever way round they are; what differs is not."""
    chance = np.random.default_rng(1)
    voice = CLASSES["alive"](1, 4).astype(np.float32)
    noises = chance.normal(0, voice.std(), (2, len(voice))).astype(np.float32)

    heard = mixed(np.stack([voice + noises[0], noises[1] - voice], axis=1))

    assert abs(np.corrcoef(heard, voice)[0, 1]) > abs(np.corrcoef(voice + noises[0], voice)[0, 1])


def test_what_is_missing_of_a_sound_is_said(tmp_path: Path) -> None:
    """A file that was cut off after its index promises more than it has."""
    answer = ask(PROGRAM, half_of_faststart(tmp_path / "half.mp4"))

    seconds = answer["audio_duration"]
    assert 0.5 < seconds < 1.5
    told = f"; of the 2.0 s that it should last, {seconds:.1f} s could be read"
    assert answer["message"].endswith(told)


def test_a_damaged_sound_is_said_to_be_damaged(tmp_path: Path) -> None:
    """Whatever the length: there is a hole in the middle."""
    path = clip(tmp_path / "clip.mp4", "-c:a", "aac")
    content = bytearray(path.read_bytes())
    hole = slice(len(content) // 3, len(content) // 2)
    content[hole] = bytes(len(content[hole]))
    path.write_bytes(content)

    assert ask(PROGRAM, path)["message"].endswith("; not all of it could be read")


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_a_sound_that_begins_late_lasts_as_long_as_it_is_heard(tmp_path: Path, ending: str) -> None:
    """Two seconds from the second hour on are two seconds."""
    answer = ask(PROGRAM, starting_late(tmp_path / f"late.{ending}"))

    assert answer["audio_duration"] == pytest.approx(2, abs=0.1)
    assert "could be read" not in answer["message"]
