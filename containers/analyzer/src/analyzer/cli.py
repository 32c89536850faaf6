"""The command line of both programs: serve, check, or analyse one file of this machine."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from analyzer.analyses import analyze_file
from analyzer.failure import Refused, SettingsError
from analyzer.requests import one_sentence
from analyzer.runtime import AnalysisProgram, RequestT, set_up_logging
from analyzer.settings import Limits, Settings

_WRONG = 2
_REFUSED = 1


class _ProgramParser(argparse.ArgumentParser):
    """Reports errors as all of the program does: in one line."""

    def error(self, message: str) -> NoReturn:
        _fail(self.prog, f"{message}; see {self.prog} --help", _WRONG)


def main(program: AnalysisProgram[RequestT], arguments: Sequence[str] | None = None) -> None:
    """Serve, check, or analyse a file; an error ends it with one sentence and an exit code."""
    parser = _ProgramParser(prog=program.name, description=program.purpose)
    parser.add_argument(
        "file", nargs="?", type=Path, help="print the analysis of this file; without it, serve"
    )
    parser.add_argument(
        "--check", action="store_true", help="end once it is sure that it could serve here"
    )
    for name in program.options:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, help=f"as {name} in a request")
    asked = vars(parser.parse_args(arguments))
    path, check = asked.pop("file"), asked.pop("check")
    options = {name: value for name, value in asked.items() if value is not None}
    try:
        if check and (path or options):
            parser.error("--check goes alone")
        elif check:
            _check(program.equipped(os.environ))
        elif path:
            _analyze_file(program.equipped(os.environ), path, options)
        elif options:
            parser.error("the options go with a file")
        else:
            set_up_logging()
            _serve(program.equipped(os.environ))
    except SettingsError as error:
        _fail(program.name, str(error), _WRONG)
    except Refused as refused:
        _fail(program.name, refused.sentence, _REFUSED)


def _analyze_file(program: AnalysisProgram[RequestT], path: Path, options: dict[str, int]) -> None:
    try:
        request = program.request.model_validate({"s3_bucket": "-", "s3_key": "-"} | options)
    except ValidationError as error:
        raise SettingsError(one_sentence(error.errors())) from error
    answer = analyze_file(program, path, request)
    sys.stdout.write(answer.model_dump_json(indent=2) + "\n")


def _check(program: AnalysisProgram[RequestT]) -> None:
    """Do once what serving needs, by all modules that it needs."""
    settings = Settings.read(os.environ, port=program.port)
    from analyzer.check import check  # noqa: PLC0415 - as for serving

    check(program, settings, Limits())


def _serve(program: AnalysisProgram[RequestT]) -> None:
    """Run HTTP server and queue worker until SIGTERM."""
    settings = Settings.read(os.environ, port=program.port)
    # Analysing a local file needs none of it, and it takes half a second to import.
    from analyzer.queue.lease import WorkerTimeouts  # noqa: PLC0415
    from analyzer.service import serve  # noqa: PLC0415

    serve(program, settings, Limits(), WorkerTimeouts())


def _fail(name: str, sentence: str, code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.write(f"{name}: {sentence}\n")
    raise SystemExit(code)
