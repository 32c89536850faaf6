"""What every analysis program needs: its definition, its deadline, logging."""

import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Self, TypeVar

from analyzer.detector import VARIABLE, Detector, InputAxis
from analyzer.failure import Cancelled, Problem, Refused
from analyzer.media import MediaFile
from analyzer.requests import AnalysisRequest, AnalysisResponse
from analyzer.settings import Limits


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up_logging() -> None:
    """Write one JSON object a line on standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)


class Deadline:
    """The time limit of one analysis, which can also be cancelled."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds
        self._cancelled = threading.Event()

    def check(self) -> None:
        """Raise `Cancelled` or `Refused` if the analysis has to end now; call it often."""
        if self._cancelled.is_set():
            raise Cancelled
        if time.monotonic() >= self._ends:
            sentence = f"the analysis was not done after {self._seconds:g} s"
            raise Refused(Problem.TIMEOUT, sentence)

    def cancel(self) -> None:
        """Let the next check end the analysis."""
        self._cancelled.set()


RequestT = TypeVar("RequestT", bound=AnalysisRequest)


@dataclass(frozen=True, kw_only=True)
class AnalysisProgram(Generic[RequestT]):
    """One analyser: name, port, types of request and response, and the analysis itself."""

    name: str
    version: str
    purpose: str
    port: int
    options: tuple[str, ...] = ()
    """Fields of a request, all of them whole numbers, that the command line takes too."""

    request: type[RequestT]
    response: type[AnalysisResponse]
    analyze: Callable[[MediaFile, RequestT, Limits, Deadline, Detector | None], AnalysisResponse]
    detector_input: tuple[InputAxis, ...]
    """What a model has to take to be its detector."""

    detector: Detector | None = None

    def judge(
        self, file: MediaFile, request: RequestT, limits: Limits, deadline: Deadline
    ) -> AnalysisResponse:
        """Analyse a file, with the detector if there is one."""
        return self.analyze(file, request, limits, deadline, self.detector)

    def equipped(self, environment: Mapping[str, str]) -> Self:
        """Return the program with the detector that `DETECTOR` names, if it names one."""
        path = environment.get(VARIABLE)
        if not path:
            return self
        return replace(self, detector=Detector.load(Path(path), self.detector_input))
