"""The worker processes of one transfer: starts them, submits tasks, reads reports, kills them."""

import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, cast

from model_store.failure import ExitCode, Failure
from model_store.transfer.tasks import Report, Retrying, Task, report_from_line
from model_store.transfer.worker import RETRY_POLICY

_PROCESSES = max(2, min(4, len(os.sched_getaffinity(0))))
"""Each keeps one processor busy: SHA-256 alone takes it for 0.4 GB/s where there are no
instructions for it, as on a g4dn.xlarge, which has four."""

_CONNECTIONS = 16 // _PROCESSES
"""Of each process. S3 gives some 90 MB/s to one connection, so it takes many."""

_AHEAD = 4
"""Tasks of each process beyond its connections, so that none waits for its next one."""

_READ_BYTES = 64 << 10


class WorkerPool:
    """Worker processes that share the work; `close` leaves none behind."""

    def __init__(self, lock: int) -> None:
        """Start them; the lock with this descriptor stays held as long as one of them lives."""
        self._workers = [_Worker(lock) for _ in range(_PROCESSES)]
        self._selector = selectors.DefaultSelector()
        for worker in self._workers:
            self._selector.register(worker.output, selectors.EVENT_READ, worker)

    @property
    def has_capacity(self) -> bool:
        """Whether a task that is submitted now would begin at once, or very soon."""
        return any(worker.busy < _CONNECTIONS + _AHEAD for worker in self._workers)

    def submit(self, task: Task) -> None:
        """Give a task to the worker that has the least to do."""
        min(self._workers, key=lambda worker: worker.busy).submit(task)

    def reports(self, seconds: float) -> Iterator[Report]:
        """Yield the workers' reports, after waiting at most so long for a first one."""
        for key, _ in self._selector.select(seconds):
            yield from key.data.reports()

    def close(self) -> None:
        """Stop all workers at once; what they were writing is incomplete."""
        self._selector.close()
        for worker in self._workers:
            worker.kill()


class _Worker:
    """One process, how many tasks it has, and the unfinished last line of its output."""

    def __init__(self, lock: int) -> None:
        self.busy = 0
        self._partial_line = b""
        program = [sys.executable, "-S", "-m", "model_store.transfer.worker"]
        self._process = subprocess.Popen(
            # Without `site` it starts sooner, and has no paths but the ones that work here.
            [*program, str(_CONNECTIONS), json.dumps(asdict(RETRY_POLICY))],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            pass_fds=[lock],
        )
        self._input = cast("IO[bytes]", self._process.stdin)
        self.output = cast("IO[bytes]", self._process.stdout)

    def submit(self, task: Task) -> None:
        try:
            self._input.write(task.to_line())
        except BrokenPipeError as error:
            raise self._lost() from error
        self.busy += 1

    def reports(self) -> Iterator[Report]:
        received = os.read(self.output.fileno(), _READ_BYTES)
        if not received:
            raise self._lost()
        *lines, self._partial_line = (self._partial_line + received).split(b"\n")
        for line in lines:
            report = report_from_line(line)
            if not isinstance(report, Retrying):
                self.busy -= 1
            yield report

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._input.close()
        self.output.close()

    def _lost(self) -> Failure:
        code = self._process.wait()
        reason = "too little memory?" if code == -signal.SIGKILL else f"exit code {code}"
        sentence = f"a process of the transfer ended in the middle of its work ({reason})"
        return Failure(ExitCode.UNAVAILABLE, sentence)
