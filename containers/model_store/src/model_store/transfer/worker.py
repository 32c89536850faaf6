"""`python -m model_store.transfer.worker`: a worker process that downloads parts.

It reads tasks from standard input and reports on standard output, one JSON document a line. It
ends at the end of the input, so also when the job that started it is killed.
"""

import hashlib
import json
import os
import random
import signal
import sys
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from model_store.failure import ExitCode, Failure
from model_store.transfer.event_loop import UNTIL_WOKEN, Coroutine, EventLoop
from model_store.transfer.http import ExpiredError, HttpConnection, TransientError
from model_store.transfer.tasks import (
    FilePart,
    PartDone,
    PartFailed,
    PresignedUrl,
    Report,
    Retrying,
    Task,
    UrlExpired,
    report_to_line,
)

_BLOCK_BYTES = 256 << 10
"""Less costs more calls; more does not stay in the processor's cache until it is written."""


_READ_BYTES = 64 << 10


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """The limits of one part; times are seconds."""

    attempts: int
    """Failed ones, for reasons of the network or of a busy server."""
    corrupt_reads: int
    """With the wrong content: bits flip on the wire once, an object that is wrong stays wrong."""
    base_delay_s: float
    max_delay_s: float
    idle_s: float
    """Without a byte on a connection, or without a response to a new one."""

    def delay(self, failures: int) -> float:
        """Return how long to wait after so many failures.

        Each doubles the span, and the whole span is drawn from: clients that failed together must
        not come back together. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter
        """
        span = min(self.max_delay_s, self.base_delay_s * 2.0 ** (failures - 1))
        return random.uniform(0, span)  # noqa: S311 -- spreads load, keeps no secret


RETRY_POLICY = RetryPolicy(
    attempts=10, corrupt_reads=3, base_delay_s=0.2, max_delay_s=10.0, idle_s=20.0
)
"""Some 20 s of delays in all; then the kubelet restarts the container, which resumes."""


class PartReader:
    """A connection that is used again for every part, and a buffer that all of them share."""

    _buffer = memoryview(bytearray(_BLOCK_BYTES))

    def __init__(self, *, idle_s: float, register: Callable[[int], None]) -> None:
        self._connection = HttpConnection(idle_s=idle_s, register=register)

    def download(self, url: PresignedUrl, part: FilePart) -> Coroutine[None]:
        """Write the part into its file; raise as `HttpConnection.request`, or for wrong content."""
        try:
            file = os.open(part.target, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError as error:
            raise _unwritable(part, error) from error
        try:
            yield from self._copy(url, part, file)
        except BaseException:
            # The rest of the response must not be taken for the next one.
            self._connection.close()
            raise
        finally:
            os.close(file)

    def _copy(self, url: PresignedUrl, part: FilePart, file: int) -> Coroutine[None]:
        yield from self._connection.request(url, part)
        sha256 = hashlib.sha256()
        done = 0
        while done < part.size:
            # Written before another coroutine is resumed, which uses the same buffer.
            count = yield from self._connection.receive(self._buffer[: part.size - done])
            if not count:
                reason = f"the connection ended after {done} of {part.size} bytes"
                raise TransientError(ExitCode.UNAVAILABLE, reason)
            block = self._buffer[:count]
            sha256.update(block)
            _write(part, file, block, part.offset + done)
            done += count
        if sha256.hexdigest() != part.sha256:
            reason = f"the bytes from {part.offset} are not those of this version"
            raise TransientError(ExitCode.DAMAGED, reason)
        # Linux begins to write these pages to the disk, and does not wait for it. All at the end
        # lasts half as long again, fdatasync here a quarter (1.1 GB to ext4, 16 threads).
        os.posix_fadvise(file, part.offset, part.size, os.POSIX_FADV_DONTNEED)


def _write(part: FilePart, file: int, block: memoryview, offset: int) -> None:
    written = 0
    try:
        # A disk that is nearly full takes less than it is given.
        while written < len(block):
            written += os.pwrite(file, block[written:], offset + written)
    except OSError as error:
        raise _unwritable(part, error) from error


def _unwritable(part: FilePart, error: OSError) -> Failure:
    return Failure(ExitCode.DISK, f"cannot write {part.target}: {error.strerror}")


def main(connections: int, policy: RetryPolicy) -> None:
    """Work until the input ends."""
    # Ctrl-C in a terminal reaches all; the job decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    loop, tasks = EventLoop(), deque[Task]()
    readers = [PartReader(idle_s=policy.idle_s, register=loop.register) for _ in range(connections)]
    coroutines = [_run_tasks(tasks, policy, reader) for reader in readers]
    try:
        loop.run([_read_tasks(loop, tasks), *coroutines])
    except BrokenPipeError:
        # The job was killed.
        os._exit(os.EX_OK)


def _read_tasks(loop: EventLoop, tasks: deque[Task]) -> Coroutine[None]:
    """Read tasks from standard input; end the process at its end."""
    tasks_in = sys.stdin.fileno()
    os.set_blocking(tasks_in, False)
    loop.register(tasks_in)
    unfinished = b""
    while True:
        try:
            received = os.read(tasks_in, _READ_BYTES)
        except BlockingIOError:
            yield UNTIL_WOKEN
            continue
        if not received:
            os._exit(os.EX_OK)
        *lines, unfinished = (unfinished + received).split(b"\n")
        tasks.extend(map(Task.from_line, lines))
        loop.wake()


def _run_tasks(tasks: deque[Task], policy: RetryPolicy, reader: PartReader) -> Coroutine[None]:
    while True:
        while not tasks:
            yield UNTIL_WOKEN
        _report((yield from _download(tasks.popleft(), reader, policy)))


def _download(task: Task, reader: PartReader, policy: RetryPolicy) -> Coroutine[Report]:
    limits = {ExitCode.UNAVAILABLE: policy.attempts, ExitCode.DAMAGED: policy.corrupt_reads}
    failed: Counter[ExitCode] = Counter()
    while isinstance(outcome := (yield from _attempt(task, reader)), TransientError):
        failed[outcome.code] += 1
        times = failed[outcome.code]
        if times == limits[outcome.code]:
            sentence = f"cannot read {task.part.name}: {outcome.reason}, {times} times"
            return PartFailed(code=outcome.code, sentence=sentence)
        _report(Retrying(reason=outcome.reason))
        # The connection is closed by now, so nothing but the time can end this.
        yield policy.delay(sum(failed.values()))
    return outcome


def _attempt(task: Task, reader: PartReader) -> Coroutine[Report | TransientError]:
    try:
        yield from reader.download(task.url, task.part)
    except TransientError as error:
        return error
    except ExpiredError:
        return UrlExpired(number=task.number)
    except Failure as failure:
        return PartFailed(code=failure.code, sentence=failure.sentence)
    return PartDone(number=task.number)


def _report(report: Report) -> None:
    sys.stdout.buffer.write(report_to_line(report))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), RetryPolicy(**json.loads(sys.argv[2])))
