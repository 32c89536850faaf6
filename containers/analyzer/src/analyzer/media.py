"""What a file holds, as ffprobe says, before anything is decoded."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from analyzer.failure import Problem, Refused
from analyzer.settings import Limits
from analyzer.tools import FFPROBE, INPUT, last_words, tool

_PROBE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class MediaFile:
    """An open file without a name: it is gone when it is closed, however the process ends."""

    descriptor: int

    @property
    def url(self) -> str:
        """How a child that inherits the descriptor opens it."""
        return f"file:/proc/self/fd/{self.descriptor}"

    @property
    def size(self) -> int:
        return os.fstat(self.descriptor).st_size


@dataclass(frozen=True, kw_only=True)
class Media:
    """Streams of a file that can be decoded, covers and thumbnails left out."""

    seconds: float | None
    """By the container, which may not know or may be wrong."""

    audio: dict[str, Any] | None
    video: dict[str, Any] | None


@contextmanager
def scratch_file() -> Iterator[IO[bytes]]:
    """Make an empty file that has no name, in the directory for temporary files."""
    with tempfile.TemporaryFile() as file:
        yield file


@contextmanager
def local_file(path: Path) -> Iterator[MediaFile]:
    with path.open("rb") as opened:
        yield MediaFile(descriptor=opened.fileno())


def probe(file: MediaFile, limits: Limits) -> Media:
    """Look into a file; raise `Refused` if it is no media, or longer or wider than we take."""
    found = _ask(file)
    streams = found.get("streams", [])
    media = Media(
        seconds=_seconds(found.get("format", {})),
        audio=_first(streams, "audio"),
        video=_first(streams, "video"),
    )
    if media.seconds is not None:
        check_length(media.seconds, limits)
    if media.video is not None and _pixels(media.video) > limits.pixels:
        sentence = f"the picture has {_pixels(media.video)} pixels: at most {limits.pixels}"
        raise Refused(Problem.TOO_LARGE, sentence)
    return media


def check_length(seconds: float, limits: Limits) -> None:
    """Raise `Refused` if media last longer than we take."""
    if seconds > limits.media_seconds:
        sentence = f"it lasts {seconds:.0f} s: at most {limits.media_seconds:g} s are analysed"
        raise Refused(Problem.TOO_LARGE, sentence)


def _ask(file: MediaFile) -> dict[str, Any]:
    wanted = ("-show_format", "-show_streams", "-print_format", "json")
    with tempfile.TemporaryFile() as words:
        try:
            ended = subprocess.run(
                [tool(FFPROBE), "-v", "error", *wanted, *INPUT, "-i", file.url],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=words,
                pass_fds=(file.descriptor,),
                timeout=_PROBE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            sentence = f"ffprobe could not say what it is within {_PROBE_SECONDS} s"
            raise Refused(Problem.TIMEOUT, sentence) from error
        if ended.returncode:
            sentence = f"it is no audio or video that can be read: {last_words(words)}"
            raise Refused(Problem.UNSUPPORTED_MEDIA, sentence)
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def _first(streams: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    for stream in streams:
        cover = stream.get("disposition", {}).get("attached_pic")
        if stream.get("codec_type") == kind and stream.get("codec_name") and not cover:
            return stream
    return None


def _pixels(video: dict[str, Any]) -> int:
    return int(video.get("width", 0)) * int(video.get("height", 0))


def _seconds(found: dict[str, Any]) -> float | None:
    try:
        return float(found["duration"])
    except (KeyError, ValueError):
        return None
