"""The step: a video becomes vocals and segments, at a place or as printed lines."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from listener.models import ModelFiles
from listener.segments import MOST_SECONDS, Piece, Segment, segments
from step.arguments import StepParser, a_place
from step.ending import run
from step.failure import Unusable
from step.media import decode, encode, lasting, probe
from step.places import Place, local

VOCALS = "vocals.flac"
SEGMENTS = "segments.json"

RATE = 44100
CHANNELS = 2
"""What spleeter was trained on, and what the music is mixed with."""

_HEARD_RATE = 16000
"""What Whisper was trained on."""

_WHY = "the music is chosen by the emotions in what is said"


class Ears(Protocol):
    """The models."""

    def vocals(self, sound: bytes) -> bytes:
        """Return what people sing and say in a sound of `RATE` and `CHANNELS`, as long as it is."""

    def pieces(self, sound: bytes) -> list[Piece]:
        """Return what is said in a sound of 16 kHz and one channel, and with which emotion."""


def main(
    arguments: Sequence[str] | None = None, open_ears: Callable[[], Ears] | None = None
) -> int:
    """Listen to a video and return the exit code; the ears are opened first, and may be missing."""
    parser = StepParser(prog="listener", description="What is said in a video, and how.")
    parser.add_argument("video", metavar="VIDEO", help="a file, or s3://BUCKET/KEY")
    parser.add_argument(
        "--to",
        type=a_place,
        metavar="PLACE",
        help="a directory or s3://BUCKET/PREFIX/ for vocals and segments; without it, they are "
        "printed as lines: start end emotion text",
    )
    asked = parser.parse_args(arguments)
    ears = open_ears or _trained
    return run("listener", lambda: listen(asked.video, asked.to, ears()), asked.to)


def _trained() -> Ears:
    # What is missing is told before a video is downloaded, and the libraries are imported only
    # where they are used: they take a second.
    files = ModelFiles.of(os.environ)
    from listener.ears import TrainedEars  # noqa: PLC0415 - as said

    return TrainedEars(files=files)


def listen(video: str, to: Place | None, ears: Ears) -> None:
    """Put vocals and segments of a video at a place, or print the segments."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = local(video, folder)
        seconds = _usable_seconds(path)
        sound = decode(path, rate=RATE, channels=CHANNELS, seconds=seconds)
        _write_vocals(ears.vocals(sound), folder / VOCALS, seconds)
        pieces = ears.pieces(decode(folder / VOCALS, rate=_HEARD_RATE, channels=1))
        if not pieces:
            sentence = f"Nobody speaks in the first {seconds:.0f} seconds of this video: {_WHY}"
            raise Unusable(sentence)
        found = segments(pieces, seconds)
        if to is None:
            sys.stdout.writelines(f"{_line(one)}\n" for one in found)
            return
        to.put(VOCALS, folder / VOCALS)
        (folder / SEGMENTS).write_text(as_json(found, seconds))
        # Last: it says that the step is done.
        to.put(SEGMENTS, folder / SEGMENTS)


def as_json(found: Sequence[Segment], seconds: float) -> str:
    """Return `segments.json`."""
    content = {"seconds": seconds, "segments": [asdict(one) for one in found]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _usable_seconds(path: Path) -> float:
    media = probe(path)
    if not media.picture:
        sentence = "This file has no moving picture: upload a video"
        raise Unusable(sentence)
    if not media.sound:
        sentence = f"This video has no sound: {_WHY}"
        raise Unusable(sentence)
    seconds = round(lasting(path, MOST_SECONDS), 3)
    if not seconds:
        sentence = "This video has no length: nothing in it can be played"
        raise Unusable(sentence)
    return seconds


def _write_vocals(vocals: bytes, path: Path, seconds: float) -> None:
    """Write vocals that last as long as the video, also where its sound ends before."""
    wanted = round(seconds * RATE) * CHANNELS * 4
    encode(vocals[:wanted].ljust(wanted, b"\0"), path, rate=RATE, channels=CHANNELS)


def _line(segment: Segment) -> str:
    return f"{segment.start:g} {segment.end:g} {segment.emotion} {segment.text}"
