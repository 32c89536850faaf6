"""Decoded media as a stream of bytes of a known size, from ffmpeg as a process of its own."""

import os
import select
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile, Stream
from analyzer.runtime import Deadline
from analyzer.settings import Limits
from analyzer.tools import FFMPEG, INPUT, NO_REASON, TimeSpan, check_signal, first_words, running

_THREADS = "2"
"""As many as a pod has processors; the stack of each counts as memory."""

_TIMES_BYTES = 1 << 16
_LOOK_MS = 200
"""Between two looks at the clock while ffmpeg says nothing."""


class Decoded:
    """Standard output of ffmpeg."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        words: IO[bytes],
        times: IO[bytes],
        end: Deadline,
    ) -> None:
        assert process.stdout is not None  # noqa: S101 - it was opened with a pipe
        self._descriptor = process.stdout.fileno()
        self._process = process
        self._words = words
        self._times = times
        self._times_read = 0
        self._shown = TimeSpan()
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

    def finish(self, stream: Stream, *, empty: bool) -> bool:
        """Return whether ffmpeg decoded the stream without a complaint.

        Raise `Refused` if nothing was decoded, or if a signal ended ffmpeg.
        """
        check_signal(FFMPEG, self._process.wait())
        complaint = first_words(self._words)
        if empty:
            sentence = f"the {stream.kind} stream cannot be decoded: {complaint or NO_REASON}"
            raise Refused(Problem.UNSUPPORTED_MEDIA, sentence)
        return not complaint

    def shown_seconds(self) -> float:
        """Return the time from the first frame so far to the last; 0 if they have no times."""
        # Not by read: the place in the file is shared with ffmpeg, which goes on to write.
        while block := os.pread(self._times.fileno(), _TIMES_BYTES, self._times_read):
            whole, end, _ = block.rpartition(b"\n")
            if not end:
                break
            self._times_read += len(whole) + len(end)
            for line in whole.split():
                self._shown.take(line)
        return self._shown.seconds


@contextmanager
def decoding(
    file: MediaFile, stream: Stream, output: Sequence[str], *, limits: Limits, end: Deadline
) -> Iterator[Decoded]:
    """Run ffmpeg on a stream of a file until `with` ends; `output` says what it writes."""
    with tempfile.TemporaryFile() as words, tempfile.TemporaryFile() as times:
        arguments = [
            *("-nostdin", "-hide_banner", "-v", "error", *INPUT),
            *("-filter_threads", _THREADS, "-threads", _THREADS),
            *("-max_pixels", str(limits.pixels), "-i", file.url),
            *("-map", f"0:{stream.index}"),
            *("-stats_enc_pre:v", f"pipe:{times.fileno()}", "-stats_enc_pre_fmt:v", "{t}"),
            *(*output, "pipe:1"),
        ]
        with running(
            FFMPEG,
            arguments,
            descriptors=[file.descriptor, times.fileno()],
            words=words,
            memory=limits.decoder_bytes,
        ) as process:
            yield Decoded(process, words, times, end)
