"""ffmpeg and ffprobe: where they are, what they may read, how much memory they get."""

import math
import os
import re
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from analyzer.failure import Problem, Refused

FFMPEG = "ffmpeg"
FFPROBE = "ffprobe"

_FORMATS = (
    *("mov", "matroska", "avi", "mpegts", "mpeg", "flv", "asf"),
    *("ogg", "wav", "mp3", "aac", "flac", "amr"),
)
"""Containers with their media inside. Playlists are none of them: they name other files to read,
so an uploaded one could have any file of this container read."""

INPUT = (
    *("-protocol_whitelist", "file", "-format_whitelist", ",".join(_FORMATS)),
    # A recording that was cut in the middle says how large its picture is with the next whole
    # picture only, which may be ten seconds away.
    *("-analyzeduration", "30M", "-probesize", "50M"),
)
"""Both tools get the same, so that both number the same streams."""

_WORDS_BYTES = 64_000_000
"""What a tool may write into a file: it complains of each broken frame."""

_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)
"""Whoever sends them stops a tool; all other signals come from what it does with the file."""

_PIPE_BYTES = 1 << 20
"""Lets ffmpeg decode ahead while we compute; the most that Linux gives to everybody."""

_HEAD_BYTES = 2000
_LINE_CHARACTERS = 200
_OURS = re.compile(r"(file:)?/proc/self/fd/\d+:? ?| @ 0x[0-9a-f]+")
"""Names of files and places in memory say nothing to the caller."""

NO_REASON = "no reason given"


def tool(name: str) -> str:
    """Find a tool: on the PATH, or where a variable of its name in capitals says."""
    found = shutil.which(os.environ.get(name.upper()) or name)
    if found is None:
        raise Refused(Problem.UNAVAILABLE, f"{name} is not installed: put it on the PATH")
    return found


def first_words(words: IO[bytes]) -> str:
    """Return the first line that a tool has written to its error output, made short, if any.

    It has the cause; what follows are consequences.
    """
    words.seek(0)
    lines = words.read(_HEAD_BYTES).decode(errors="replace").split("\n")
    said = [" ".join(line.split()) for line in lines if line.strip()]
    return _OURS.sub("", said[0])[:_LINE_CHARACTERS] if said else ""


class TimeSpan:
    """How far the earliest and the latest of some times lie apart."""

    def __init__(self) -> None:
        self._first, self._last = math.inf, -math.inf

    def take(self, line: bytes) -> None:
        """Look at one time as the tools write it."""
        seconds = number(line.decode(errors="replace"))
        if seconds is not None:
            self._first, self._last = min(self._first, seconds), max(self._last, seconds)

    @property
    def seconds(self) -> float:
        return max(0.0, self._last - self._first)


def number(value: object) -> float | None:
    """Read what the tools write for a number; "N/A", nothing and infinity are none."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


@contextmanager
def running(
    name: str,
    arguments: Sequence[str],
    *,
    descriptors: Sequence[int],
    words: IO[bytes],
    memory: int,
    cpu_seconds: int | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a tool until `with` ends; its memory is bounded, whatever sizes a file names."""
    process = subprocess.Popen(
        [tool(name), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=words,
        pass_fds=descriptors,
        pipesize=_PIPE_BYTES,
    )
    with process:
        try:
            # What is written to, not the address space: that counts libraries, which are shared.
            _bound(process, resource.RLIMIT_DATA, memory)
            _bound(process, resource.RLIMIT_FSIZE, _WORDS_BYTES)
            if cpu_seconds is not None:
                _bound(process, resource.RLIMIT_CPU, cpu_seconds)
            yield process
        finally:
            process.kill()


def _bound(process: "subprocess.Popen[bytes]", what: int, most: int) -> None:
    # One more as the hard limit: of processor time that one kills, and the soft one has a name.
    resource.prlimit(process.pid, what, (most, most + 1))


def check_signal(name: str, code: int) -> None:
    """Raise `Refused` if a signal ended a tool: the file's fault, unless somebody stopped it."""
    if code == -signal.SIGXCPU:
        raise Refused(Problem.TIMEOUT, f"{name} did not come to an end with the file")
    if code < 0:
        outside = -code in _FROM_OUTSIDE
        problem = Problem.UNAVAILABLE if outside else Problem.UNSUPPORTED_MEDIA
        raise Refused(problem, f"{name} was ended by signal {-code} while it read the file")
