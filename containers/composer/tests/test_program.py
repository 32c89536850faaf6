"""The whole step from its arguments to its place, with the stand-in for the network."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from composer.program import main
from containers.analyzer.benchmarks.tools import ROOT, TOOLS
from containers.composer.tests import probing
from containers.composer.tests.inputs import PICTURE, VOICE, make, stage1, video
from containers.composer.tests.probing import codecs, frames, loudness, place_of_index, tone_at
from containers.composer.tests.tones import open_painter

_SPOKEN = [(1.0, "joy"), (0.5, "neutral")]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    stage1(folder / "stage1", _SPOKEN)
    video(folder / "video.mp4", 1.5)
    return folder


@pytest.fixture(scope="module")
def made(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compose with seed 42."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in TOOLS.items():
            patch.setenv(name, value)
        folder = tmp_path_factory.mktemp("made")
        assert _compose(inputs, folder) == 0
    return folder


def _compose(inputs: Path, to: Path, *, seed: int = 42, film: Path | None = None) -> int:
    given = ["--video", str(film or inputs / "video.mp4"), "--seed", str(seed), "--to", str(to)]
    return main([str(inputs / "stage1"), *given], open_painter)


def test_a_result_is_a_video_its_music_and_what_a_page_shows_of_it(
    made: Path,
) -> None:
    """And nothing else, so nothing half-made."""
    names = {path.name for path in made.iterdir()}
    assert names == {"music.flac", "result.json", "video.mp4"}
    result = json.loads((made / "result.json").read_text())
    assert result["seed"] == 42
    assert result["emotions"] == ["joy", "neutral"]
    assert result["seconds"] == pytest.approx(1.5, abs=0.1)
    assert len(result["peaks"]) == 256
    assert max(result["peaks"]) == 1
    assert codecs(made / "music.flac") == ["flac"]


def test_the_picture_is_that_of_the_upload(inputs: Path, made: Path) -> None:
    """Byte for byte, with a new sound that browsers know, and the index first."""
    film = made / "video.mp4"
    assert codecs(film) == ["h264", "aac"]
    assert frames(film) == frames(inputs / "video.mp4")
    assert place_of_index(film) < 100


def test_the_same_seed_gives_the_same_bytes(inputs: Path, made: Path, tmp_path: Path) -> None:
    """So a second try of the step changes nothing."""
    _compose(inputs, tmp_path)

    for path in made.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()


def test_another_seed_gives_another_video(inputs: Path, made: Path, tmp_path: Path) -> None:
    """Not only another number in its result."""
    _compose(inputs, tmp_path, seed=43)

    for path in made.iterdir():
        assert path.read_bytes() != (tmp_path / path.name).read_bytes()


def test_a_video_that_browsers_do_not_play_becomes_one_that_they_do(
    inputs: Path, tmp_path: Path
) -> None:
    """MPEG-4 of an old camera, in AVI."""
    old = video(tmp_path / "old.avi", 3, "-c:v", "mpeg4")

    assert _compose(inputs, tmp_path / "to", film=old) == 0

    assert codecs(tmp_path / "to/video.mp4") == ["h264", "aac"]


def test_a_longer_video_stays_whole_and_goes_on_with_its_own_sound(
    inputs: Path, tmp_path: Path
) -> None:
    """Only its first 100 s have music; here the first one and a half."""
    long = make(
        tmp_path / "long.mp4",
        *(*PICTURE, "-f", "lavfi", "-i", "sine=frequency=6000:sample_rate=44100"),
        seconds=5,
    )

    assert _compose(inputs, tmp_path / "to", film=long) == 0

    made = tmp_path / "to/video.mp4"
    assert json.loads((tmp_path / "to/result.json").read_text())["seconds"] == pytest.approx(
        5, abs=0.1
    )
    assert tone_at(made, 0.3) != pytest.approx(6000, abs=50)
    assert tone_at(made, 4) == pytest.approx(6000, abs=50)


def test_a_longer_video_whose_sound_has_ended_has_music(inputs: Path, tmp_path: Path) -> None:
    """To the end of the mix, and silence afterwards."""
    sound = make(tmp_path / "short.wav", *VOICE, seconds=0.4)
    silent = make(tmp_path / "long.mp4", *PICTURE, "-i", str(sound), seconds=5)

    assert _compose(inputs, tmp_path / "to", film=silent) == 0

    heard = probing.sound(tmp_path / "to/video.mp4")
    assert len(heard) / 44100 == pytest.approx(5, abs=0.1)
    assert np.abs(heard[:22050]).max() > 0.1
    assert np.abs(heard[-44100:]).max() < 0.001


def test_a_silent_video_has_music(inputs: Path, tmp_path: Path) -> None:
    """There is no sound of its own to go on with, either."""
    silent = make(tmp_path / "silent.mp4", *PICTURE, seconds=5)

    assert _compose(inputs, tmp_path / "to", film=silent) == 0

    assert codecs(tmp_path / "to/video.mp4") == ["h264", "aac"]
    assert loudness(tmp_path / "to/video.mp4") > -40


def test_where_a_telephone_was_is_not_passed_on(inputs: Path, tmp_path: Path) -> None:
    """A result is made to be shown to others."""
    told = video(tmp_path / "told.mp4", 3, "-metadata", "comment=at home")
    assert b"at home" in told.read_bytes()

    _compose(inputs, tmp_path / "to", film=told)

    assert b"at home" not in (tmp_path / "to/video.mp4").read_bytes()


def test_sound_alone_is_refused_for_good(
    inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The person is told why, and no other try is made."""
    song = make(tmp_path / "song.mp3", *VOICE, seconds=3)

    assert _compose(inputs, tmp_path / "to", film=song) == 3

    reason = "There is no picture in this file: music is put under videos only"
    failure = json.loads((tmp_path / "to/failure.json").read_text())
    assert failure == {"reason": reason, "final": True}
    assert capsys.readouterr().err == f"composer: {reason}\n"


def test_what_is_no_video_is_refused_for_good(inputs: Path, tmp_path: Path) -> None:
    """Whatever its name."""
    text = tmp_path / "video.mp4"
    text.write_text("hello")

    assert _compose(inputs, tmp_path / "to", film=text) == 3


def test_a_place_without_vocals_is_said_to_be_without_them(
    inputs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before any model is loaded."""
    stage = stage1(tmp_path / "stage1", _SPOKEN)
    (stage / "vocals.flac").unlink()

    given = ["--video", str(inputs / "video.mp4"), "--seed", "1", "--to", str(tmp_path / "to")]
    assert main([str(stage), *given], open_painter) == 2

    assert capsys.readouterr().err == f"composer: there is no {stage}/vocals.flac\n"


@pytest.mark.parametrize("seed", ["-1", "joy", "4.2"])
def test_a_seed_is_a_whole_number(seed: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Anything else is said at once, in one line."""
    with pytest.raises(SystemExit) as ended:
        main(["a", "--video", "b", f"--seed={seed}", "--to", "c"], open_painter)

    assert ended.value.code == 2
    said = f"argument --seed: '{seed}' is no seed: write a whole number, 0 or more"
    assert capsys.readouterr().err == f"composer: {said}; see composer --help\n"


def test_without_models_the_program_says_what_is_missing(inputs: Path, tmp_path: Path) -> None:
    """`python -m composer` itself; it comes to that before any heavy library is needed."""
    sources = [ROOT / "containers" / name / "src" for name in ("composer", "step")]
    given = ["--video", str(inputs / "video.mp4"), "--seed", "1", "--to", str(tmp_path)]
    ended = subprocess.run(
        [sys.executable, "-m", "composer", str(inputs / "stage1"), *given],
        env=TOOLS | {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, sources))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    sentence = "MODELS is not set: it names the directory that holds the models"
    assert (ended.returncode, ended.stderr) == (2, f"composer: {sentence}\n")
