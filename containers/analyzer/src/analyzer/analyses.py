"""Runs analyses, one at a time; a second request is refused as busy."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Generic

from analyzer.failure import Cancelled, Problem, Refused
from analyzer.media import local_file
from analyzer.metrics import WorkerMetrics
from analyzer.requests import AnalysisResponse
from analyzer.runtime import AnalysisProgram, Deadline, RequestT
from analyzer.settings import Limits
from analyzer.storage import Storage


class RequestOrigin(Enum):
    """Where a request came from; a label of the metrics."""

    HTTP = "http"
    QUEUE = "queue"


class Busy(Exception):  # noqa: N818 - it is how one waits for the other
    """Another analysis is running."""


@dataclass(frozen=True, kw_only=True)
class RunningAnalysis:
    """An analysis in its process, and the time by which it must have ended."""

    future: "Future[AnalysisResponse]"
    deadline: Deadline


class AnalysisRunner(Generic[RequestT]):
    """Runs one analysis at a time in a thread of its own."""

    def __init__(
        self,
        program: AnalysisProgram[RequestT],
        storage: Storage,
        metrics: WorkerMetrics,
        limits: Limits,
    ) -> None:
        self._program = program
        self._storage = storage
        self._metrics = metrics
        self._limits = limits
        self._free = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="analysis")

    def start(self, request: RequestT, source: RequestOrigin) -> RunningAnalysis:
        """Begin, or raise `Busy`."""
        if not self._free.acquire(blocking=False):
            self._metrics.requests.labels(source.value, "Busy").inc()
            raise Busy
        deadline = Deadline(self._limits.analysis_seconds)
        future = self._thread.submit(self._run, request, source, deadline)
        future.add_done_callback(lambda _: self._free.release())
        return RunningAnalysis(future=future, deadline=deadline)

    def _run(
        self, request: RequestT, source: RequestOrigin, deadline: Deadline
    ) -> AnalysisResponse:
        def analyze() -> AnalysisResponse:
            with self._storage.fetched(request, deadline) as file:
                self._metrics.bytes.inc(file.size)
                return self._program.judge(file, request, self._limits, deadline)

        return self._measured(analyze, source)

    def _measured(
        self, analyze: Callable[[], AnalysisResponse], source: RequestOrigin
    ) -> AnalysisResponse:
        begun, outcome = time.monotonic(), "Defect"
        try:
            with self._metrics.in_flight.track_inprogress():
                answer = analyze()
            outcome = "Success"
        except Refused as refused:
            outcome = refused.problem.error.removeprefix("Analysis.")
            raise
        except Cancelled:
            outcome = "Cancelled"
            raise
        finally:
            self._metrics.requests.labels(source.value, outcome).inc()
            self._metrics.seconds.labels(outcome).observe(time.monotonic() - begun)
        return answer


def analyze_file(
    program: AnalysisProgram[RequestT], path: Path, request: RequestT
) -> AnalysisResponse:
    """Analyse a file of this machine, without AWS."""
    limits = Limits()
    try:
        with local_file(path) as file:
            return program.judge(file, request, limits, Deadline(limits.analysis_seconds))
    except OSError as error:
        sentence = f"{path} cannot be read: {error.strerror}"
        raise Refused(Problem.NOT_FOUND, sentence) from error
