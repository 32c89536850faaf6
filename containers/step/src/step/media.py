"""ffmpeg and ffprobe as processes: what a video holds, its sound as numbers, and back.

Only containers that hold their media themselves are opened: whoever uploads a playlist could have
any file of this machine read.
"""

import json
import math
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from step.failure import Failed, Unusable, WrongSetup

_FORMATS = (
    *("mov", "matroska", "avi", "mpegts", "mpeg", "flv", "asf"),
    *("ogg", "wav", "mp3", "aac", "flac", "amr"),
)
_INPUT = ("-protocol_whitelist", "file", "-format_whitelist", ",".join(_FORMATS))
_MEMORY_BYTES = 2 << 30
_WORDS_BYTES = 500


_NO_MEDIA = "This file is no video that can be read"


@dataclass(frozen=True, kw_only=True)
class Media:
    """What a file holds."""

    seconds: float
    """As its header says, which may be wrong; 0 if it says nothing."""

    sound: bool
    picture: bool


def probe(path: Path) -> Media:
    """Look into a file; raise `Unusable` if it is no media."""
    wanted = "stream=codec_type:stream_disposition=attached_pic:format=duration"
    with _blaming():
        said = _run("ffprobe", ["-show_entries", wanted, "-print_format", "json", *source(path)])
    found: dict[str, Any] = json.loads(said)
    # The cover of a song is no moving picture.
    kinds = {
        one.get("codec_type")
        for one in found.get("streams", [])
        if not one.get("disposition", {}).get("attached_pic")
    }
    if not kinds & {"audio", "video"}:
        raise Unusable(_NO_MEDIA)
    return Media(
        seconds=_seconds(found.get("format", {}).get("duration")),
        sound="audio" in kinds,
        picture="video" in kinds,
    )


def source(path: Path) -> list[str]:
    """Return the arguments by which ffmpeg opens a file that somebody uploaded."""
    return [*_INPUT, "-i", f"file:{path}"]


def ffmpeg(*arguments: str, given: bytes | None = None) -> bytes:
    """Run ffmpeg on `given`, and return what it writes; raise `Failed` if it does not end well."""
    return _run("ffmpeg", arguments, given)


def lasting(path: Path, most: float) -> float:
    """Return the seconds that a file really lasts, looked at up to `most`; raise `Unusable`."""
    nothing = ("-t", f"{most:g}", "-c", "copy", "-f", "null", "-progress", "pipe:1", "-")
    with _blaming():
        said = ffmpeg(*source(path), *nothing).decode()
    # The last of them; it is N/A where there was nothing.
    times = [line for line in said.split() if line.startswith("out_time_us=")]
    return min(most, _seconds(times[-1].partition("=")[2]) / 1e6) if times else 0.0


def decode(path: Path, *, rate: int, channels: int, seconds: float | None = None) -> bytes:
    """Return the sound of a file as 32-bit floats, channels side by side; raise `Unusable`."""
    until = () if seconds is None else ("-t", f"{seconds:g}")
    # Sound that begins later than the picture does so here, too.
    whole = ("-vn", "-sn", "-dn", "-af", "aresample=async=1:first_pts=0")
    layout = ("-ac", str(channels), "-ar", str(rate), "-f", "f32le", "pipe:1")
    with _blaming():
        return ffmpeg(*source(path), *whole, *until, *layout)


def encode(samples: bytes, to: Path, *, rate: int, channels: int) -> None:
    """Write sound, given as `decode` returns it, in the format that the file's ending names."""
    given = ("-f", "f32le", "-ar", str(rate), "-ac", str(channels), "-i", "pipe:0")
    ffmpeg(*given, "-y", f"file:{to}", given=samples)


@contextmanager
def _blaming() -> Iterator[None]:
    """Take it for the file's fault if a tool does not end well."""
    try:
        yield
    except Failed as error:
        raise Unusable(_NO_MEDIA) from error


def _run(name: str, arguments: Sequence[str], given: bytes | None = None) -> bytes:
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            [_tool(name), "-hide_banner", "-v", "error", *arguments],
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
        )
        with process:
            try:
                # What is written to: a few bytes of a file can ask for gigabytes.
                resource.prlimit(process.pid, resource.RLIMIT_DATA, (_MEMORY_BYTES,) * 2)
                output, _ = process.communicate(given)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            words.seek(0)
            said = words.read(_WORDS_BYTES).decode(errors="replace")
            sentence = f"{name} ended with {process.returncode}: {' '.join(said.split())}"
            raise Failed(sentence)
    return bytes(output)


def _tool(name: str) -> str:
    """Find a tool: on the PATH, or where a variable of its name in capitals says."""
    found = shutil.which(os.environ.get(name.upper()) or name)
    if found is None:
        sentence = f"{name} is not installed: put it on the PATH, or its path into {name.upper()}"
        raise WrongSetup(sentence)
    return found


def _seconds(value: object) -> float:
    try:
        found = float(str(value))
    except ValueError:
        return 0.0
    return found if math.isfinite(found) and found > 0 else 0.0
