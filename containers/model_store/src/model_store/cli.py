"""The command line: runs a job; a failure is one line on standard error and an exit code."""

import argparse
import gc
import importlib
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from model_store.failure import ExitCode, Failure

_ALLOCATIONS = 100_000
"""Between two garbage collections; with Python's own 700, importing alone causes hundreds."""

_JOBS = {
    "publish": ("model_store.publish", "upload a directory of models as a version"),
    "pull": ("model_store.pull", "download a version of the models to a volume"),
    "get": ("model_store.get", "download one object to a file"),
    "engine": ("model_store.engine.provide", "fetch or build the engines that this GPU needs"),
    "share": (
        "model_store.engine.share",
        "upload engines that were built here to the shared store",
    ),
}


class _Stopped(BaseException):
    """A signal asked the program to end; no `except Exception` or `Failure` may hold it up."""


class _JobParser(argparse.ArgumentParser):
    """Reports errors as all of the program does: in one line."""

    def error(self, message: str) -> NoReturn:
        _fail(Failure(ExitCode.ARGUMENTS, f"{message}; see {self.prog} --help"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Do one job; end the process with an exit code other than 0 if it cannot be done."""
    gc.set_threshold(_ALLOCATIONS)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        _run(words)
    except Failure as failure:
        _fail(failure)
    except _Stopped:
        _fail(Failure(ExitCode.STOPPED, "stopped: the next start goes on from here"))
    except OSError as error:
        # Network errors are Failures by now, so it is a file.
        where = f"{error.filename}: " if error.filename else ""
        _fail(Failure(ExitCode.DISK, f"{where}{error.strerror or error}"))


def _run(words: Sequence[str]) -> None:
    parser = _JobParser(prog="model-store", description="Publish and download models.")
    jobs = parser.add_subparsers(required=True, metavar="JOB")
    for name, (module, purpose) in _JOBS.items():
        job = jobs.add_parser(name, help=purpose, description=purpose)
        if name in words[:1]:
            # Only the one job: each imports what the others do not need.
            chosen = importlib.import_module(module)
            chosen.add_arguments(job)
            job.set_defaults(run=chosen.run)
    parsed = parser.parse_args(words)
    parsed.run(parsed)


def _stop(_number: int, _frame: object) -> NoReturn:
    """End the job where it is; every job leaves what the next start can go on with."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise _Stopped


def _fail(failure: Failure) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.write(f"model-store: {failure.sentence}\n")
    raise SystemExit(failure.code)
