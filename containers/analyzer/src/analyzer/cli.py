"""The command line of both programs: serve, or analyse one file of this machine."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from analyzer.analyses import analyze_file
from analyzer.failure import Refused, SettingsError
from analyzer.log import set_up_log
from analyzer.program import Program, RequestT
from analyzer.requests import one_sentence
from analyzer.settings import Limits, Settings

_WRONG = 2
_REFUSED = 1


class _Parser(argparse.ArgumentParser):
    """Complains as all of the program does: in one line."""

    def error(self, message: str) -> NoReturn:
        """End the program."""
        _fail(self.prog, f"{message}; see {self.prog} --help", _WRONG)


def main(program: Program[RequestT], arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says; what is wrong ends it with one sentence and a code."""
    parser = _Parser(prog=program.name, description=program.purpose)
    parser.add_argument(
        "file", nargs="?", type=Path, help="print the analysis of this file; without it, serve"
    )
    for name in program.options:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, help=f"as {name} in a request")
    asked = vars(parser.parse_args(arguments))
    path = asked.pop("file")
    options = {name: value for name, value in asked.items() if value is not None}
    try:
        if path:
            _print_analysis(program, path, options)
        elif options:
            parser.error("the options go with a file")
        else:
            set_up_log()
            _serve(program)
    except SettingsError as error:
        _fail(program.name, str(error), _WRONG)
    except Refused as refused:
        _fail(program.name, refused.sentence, _REFUSED)


def _print_analysis(program: Program[RequestT], path: Path, options: dict[str, int]) -> None:
    try:
        request = program.request.model_validate({"s3_bucket": "-", "s3_key": "-"} | options)
    except ValidationError as error:
        raise SettingsError(one_sentence(error.errors())) from error
    answer = analyze_file(program, path, request)
    sys.stdout.write(answer.model_dump_json(indent=2) + "\n")


def _serve(program: Program[RequestT]) -> None:
    """Be the process of a pod."""
    settings = Settings.read(os.environ, port=program.port)
    # Who analyses a file of his own needs none of it, and it takes half a second to load.
    from analyzer.queue.lease import Patience  # noqa: PLC0415
    from analyzer.service import serve  # noqa: PLC0415

    serve(program, settings, Limits(), Patience())


def _fail(name: str, sentence: str, code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.write(f"{name}: {sentence}\n")
    raise SystemExit(code)
