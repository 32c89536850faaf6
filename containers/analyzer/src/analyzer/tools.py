"""ffmpeg and ffprobe: where they are, and what they may read."""

import os
import re
import shutil
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

INPUT = ("-protocol_whitelist", "file", "-format_whitelist", ",".join(_FORMATS))

_TAIL_BYTES = 2000
_LINE_CHARACTERS = 200
_OUR_NAME = re.compile(r"(file:)?/proc/self/fd/\d+:? ?")
"""It says nothing to the caller."""


def tool(name: str) -> str:
    """Find a tool: on the PATH, or where a variable of its name in capitals says."""
    found = shutil.which(os.environ.get(name.upper()) or name)
    if found is None:
        raise Refused(Problem.UNAVAILABLE, f"{name} is not installed: put it on the PATH")
    return found


def last_words(words: IO[bytes]) -> str:
    """Return the last line that a tool has written to its error output, made short."""
    size = words.seek(0, os.SEEK_END)
    words.seek(max(0, size - _TAIL_BYTES))
    lines = words.read().decode(errors="replace").split("\n")
    said = [" ".join(line.split()) for line in lines if line.strip()]
    return _OUR_NAME.sub("", (said or ["no reason given"])[-1])[:_LINE_CHARACTERS]
