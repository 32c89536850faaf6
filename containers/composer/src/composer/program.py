"""One of the four results of a run, from its inputs to its place."""

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from composer import film
from composer.mixing import fitted, mixed, peaks
from composer.music import compose
from composer.painter import Painter
from composer.spectrogram import RATE
from composer.timeline import NAME, Timeline
from step.arguments import StepParser, a_place
from step.ending import run
from step.places import Place, local

VOCALS = "vocals.flac"
MUSIC, FILM, RESULT = "music.flac", "video.mp4", "result.json"
_PROGRAM = "composer"


class _Options(argparse.Namespace):
    """What the arguments say."""

    stage1: Place
    video: str
    seed: int
    to: Place
    cpu: bool


def main(arguments: Sequence[str], open_painter: Callable[[bool], Painter]) -> int:
    """Compose as the arguments say and return the exit code.

    `open_painter` is asked once the inputs are there, and told whether to do without a GPU.
    """
    options = _options(arguments)
    return run(_PROGRAM, partial(_work, options, open_painter), options.to)


def _options(arguments: Sequence[str]) -> _Options:
    parser = StepParser(prog=_PROGRAM, description="Put music under a video, from one seed.")
    parser.add_argument("stage1", type=a_place, help=f"the place with {VOCALS} and {NAME}")
    parser.add_argument("--video", required=True, help="a file, or s3://BUCKET/KEY")
    parser.add_argument("--seed", required=True, type=_seed, help="another one, other music")
    parser.add_argument("--to", required=True, type=a_place, help="where the result goes")
    parser.add_argument("--cpu", action="store_true", help="compose without a GPU, for hours")
    return parser.parse_args(arguments, _Options())


def _seed(text: str) -> int:
    if not text.isdecimal():
        sentence = f"{text!r} is no seed: write a whole number, 0 or more"
        raise argparse.ArgumentTypeError(sentence)
    return int(text)


def _work(options: _Options, open_painter: Callable[[bool], Painter]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for needed in (NAME, VOCALS):
            options.stage1.fetch(needed, folder / needed)
        timeline = Timeline.read(folder / NAME)
        video = local(options.video, folder)
        film.check(video)
        vocals = film.stereo(folder / VOCALS, timeline.seconds)
        music = compose(timeline, options.seed, open_painter(options.cpu))
        mix, under = mixed(fitted(vocals, round(timeline.seconds * RATE)), music)
        film.write_sound(under, folder / MUSIC)
        film.write_sound(mix, folder / "mix.wav")
        film.write(video, folder / "mix.wav", folder / FILM, seconds=timeline.seconds)
        (folder / RESULT).write_text(json.dumps(_result(timeline, options.seed, folder / FILM)))
        # The result comes last: who sees it sees the others.
        for made in (MUSIC, FILM, RESULT):
            options.to.put(made, folder / made)


def _result(timeline: Timeline, seed: int, made: Path) -> dict[str, object]:
    seconds, sound = film.heard(made)
    return {
        "seed": seed,
        "seconds": round(seconds, 2),
        "emotions": [segment.emotion for segment in timeline.segments],
        "peaks": peaks(sound),
    }
