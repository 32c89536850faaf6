"""Is this account ready for this assembly? It asks AWS, and changes nothing there."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from plan.arguments import add_assembly
from plan.model.assembly import read_assembly
from plan.model.failure import PlanError
from plan.preflight.account import Account, deployment_region
from plan.preflight.survey import CheckResult, ask, checks
from plan.preflight.terminal import as_lines, is_ready
from plan.preflight.verdicts import Ready

_WRONG_INPUT = 2
_NOT_READY = 3
_INTERRUPTED = 130
_NAMED = 3

_CODES = """\
Exit codes: 0 ready, 3 something is missing or could not be found out, 2 wrong input or no
credentials, 1 anything else."""


def main() -> None:
    """Ask, and print an answer on each line; the last line says whether the account is ready."""
    asked = _parse()
    try:
        answers = _answers(asked.assembly, asked.stack)
    except PlanError as error:
        print(f"preflight: {error}", file=sys.stderr)
        sys.exit(_WRONG_INPUT)
    except KeyboardInterrupt:
        print("preflight: interrupted", file=sys.stderr)
        # The threads that still wait for AWS are not waited for.
        os._exit(_INTERRUPTED)
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for line in as_lines(answers, colours=colours):
        print(line)
    sys.exit(0 if is_ready(answers) else _NOT_READY)


def _answers(directory: Path, stack: str | None) -> list[CheckResult]:
    whole = read_assembly(directory)
    chosen = whole.only(stack) if stack else whole
    if not chosen.stacks:
        message = f"{directory} holds no stack: `cdk synth` writes them"
        raise PlanError(message)
    questions = checks(directory, whole, chosen)
    region = deployment_region(chosen.stacks[-1])
    account = Account.of_environment(region)
    caller = CheckResult(f"credentials for {account.number}", Ready(f"{account.caller}, {region}"))
    return [caller, *ask(questions, account, _progress)]


def _progress(titles: Sequence[str]) -> None:
    named = ", ".join(titles[:_NAMED]) + (", …" if len(titles) > _NAMED else "")
    print(f"preflight: waiting for {len(titles)} answers: {named}", file=sys.stderr, flush=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m plan.preflight", description=__doc__, epilog=_CODES
    )
    add_assembly(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
