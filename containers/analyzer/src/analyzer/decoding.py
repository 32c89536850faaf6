"""Decoded media as a stream of bytes of a known size, from ffmpeg as a process of its own."""

import os
import select
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile
from analyzer.runtime import Deadline
from analyzer.tools import FFMPEG, INPUT, last_words, tool

_THREADS = "2"
_PIPE_BYTES = 1 << 20
"""Lets ffmpeg decode ahead while we compute; the most that Linux gives to everybody."""

_LOOK_MS = 200
"""Between two looks at the clock while ffmpeg says nothing."""


class Decoded:
    """Standard output of ffmpeg."""

    def __init__(self, process: "subprocess.Popen[bytes]", words: IO[bytes], end: Deadline) -> None:
        assert process.stdout is not None  # noqa: S101 - it was opened with a pipe
        self._descriptor = process.stdout.fileno()
        self._process = process
        self._words = words
        self._deadline = end
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLIN)

    def fill(self, buffer: memoryview) -> int:
        """Fill a buffer and return the bytes read: fewer than it takes only at the end."""
        filled = 0
        while filled < len(buffer):
            self._deadline.check()
            if not self._poll.poll(_LOOK_MS):
                continue
            count = os.readv(self._descriptor, [buffer[filled:]])
            if not count:
                break
            filled += count
        return filled

    def finish(self, stream: str, *, empty: bool) -> None:
        """Raise `Refused` if nothing was decoded, or if a signal ended ffmpeg.

        Other errors mean a damaged stream, of which the rest has been decoded.
        """
        code = self._process.wait()
        if code < 0:
            sentence = f"ffmpeg was ended by signal {-code} in the middle of the {stream} stream"
            raise Refused(Problem.UNAVAILABLE, sentence)
        if empty:
            sentence = f"the {stream} stream cannot be decoded: {last_words(self._words)}"
            raise Refused(Problem.UNSUPPORTED_MEDIA, sentence)


@contextmanager
def decoding(
    file: MediaFile, output: Sequence[str], *, pixels: int, end: Deadline
) -> Iterator[Decoded]:
    """Run ffmpeg on a file until `with` ends; `output` says what it writes."""
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            [
                *(tool(FFMPEG), "-nostdin", "-hide_banner", "-v", "error", *INPUT),
                *("-threads", _THREADS, "-max_pixels", str(pixels), "-i", file.url),
                *(*output, "pipe:1"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
            pass_fds=(file.descriptor,),
            pipesize=_PIPE_BYTES,
        )
        with process:
            try:
                yield Decoded(process, words, end)
            finally:
                process.kill()
