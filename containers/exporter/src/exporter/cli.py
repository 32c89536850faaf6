"""The command line of all exporters: serve, or check."""

import argparse
import json
import logging
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from exporter.failure import SettingsError, Unavailable
from exporter.server import serve
from exporter.variables import Listener

_UNAVAILABLE = 1
_WRONG = 2


class CheckedCollector(Collector, ABC):
    """Measures at each scrape, and can say whether it could."""

    def describe(self) -> Iterable[Metric]:
        """Name nothing: else the registry would measure, to find out the names."""
        return ()

    @abstractmethod
    def check(self) -> None:
        """Measure once; raise `Unavailable` if that fails."""


@dataclass(frozen=True, kw_only=True)
class ExporterProgram:
    """One exporter: its name, its port, and what it measures with."""

    name: str
    purpose: str
    port: int
    collector: Callable[[Mapping[str, str]], CheckedCollector]
    """Makes the collector that the environment asks for; asks nobody yet."""


class _ProgramParser(argparse.ArgumentParser):
    """Reports errors as all of the program does: in one line."""

    def error(self, message: str) -> NoReturn:
        _fail(self.prog, f"{message}; see {self.prog} --help", _WRONG)


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


def main(program: ExporterProgram, arguments: Sequence[str] | None = None) -> None:
    """Serve or check; an error ends it with one sentence and an exit code."""
    parser = _ProgramParser(prog=program.name, description=program.purpose)
    parser.add_argument(
        "--check", action="store_true", help="measure once and end, instead of serving"
    )
    check = parser.parse_args(arguments).check
    try:
        collector = program.collector(os.environ)
        listener = Listener.read(os.environ, port=program.port)
        if check:
            collector.check()
        else:
            _set_up_logging()
            serve(collector, listener)
    except SettingsError as error:
        _fail(program.name, str(error), _WRONG)
    except Unavailable as unavailable:
        _fail(program.name, str(unavailable), _UNAVAILABLE)


def _set_up_logging() -> None:
    """Write one JSON object a line on standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    # One line for each request to another server, at each scrape.
    logging.getLogger("httpx2").setLevel(logging.WARNING)


def _fail(name: str, sentence: str, code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.write(f"{name}: {sentence}\n")
    raise SystemExit(code)
