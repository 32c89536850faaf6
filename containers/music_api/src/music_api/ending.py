"""`python -m music_api.ending RUN`: the exit handler, which writes how a run ended."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from music_api import layout
from music_api.aws import storage_of
from music_api.failure import SettingsError, Unavailable
from music_api.failures import failed_nodes, failures_of, is_stopped
from music_api.ids import is_id
from music_api.models import RESULTS, Step
from music_api.settings import place_of
from music_api.steps import LISTEN, Findings
from music_api.storage import Storage

_STATUSES = ("Succeeded", "Failed", "Error")
_STOPPED = "somebody stopped this run"
_UNEXPLAINED = "the run ended badly, and did not say why"
_WRONG = 2
_AGAIN = 1


def end_of(findings: Findings, status: str, failures: str, ended: datetime) -> dict[str, Any]:
    """Return `end.json`: whether all four results are there is what counts."""
    nodes = failed_nodes(failures)
    results = findings.results
    if results == list(RESULTS):
        return _end("Succeeded", None, results, ended)
    found = failures_of(findings, nodes, succeeded=status == "Succeeded")
    stopped = is_stopped(nodes)
    phase = "Failed" if status == "Succeeded" else status
    return _end(phase, _STOPPED if stopped else _reason(found), results, ended) | {
        "stopped": stopped,
        "failures": [
            {"name": step.name, "result": step.result, "reason": reason} for step, reason in found
        ],
    }


def write_end(storage: Storage, run: str, status: str, failures: str) -> str:
    """Write how a run ended, unless that stands there already; say what was done."""
    if storage.read(layout.of_run(run, layout.RUN)) is None:
        return f"{run} was removed: nothing to write"
    end = end_of(Findings.of(storage, run), status, failures, datetime.now(UTC))
    if storage.write_new(layout.of_run(run, layout.END), end):
        return f"{run} {end['phase']}: {end['reason'] or 'four results'}"
    return f"{run} had its end written before"


def _end(phase: str, reason: str | None, results: list[int], ended: datetime) -> dict[str, Any]:
    time = ended.isoformat(timespec="milliseconds")
    return {"phase": phase, "reason": reason, "results": results, "ended": time}


def _reason(failures: list[tuple[Step, str]]) -> str:
    """Say one sentence: without listening nothing else begins, and its reason is the run's."""
    if not failures:
        return _UNEXPLAINED
    step, reason = failures[0]
    if step.name == LISTEN:
        return reason
    same = [one.result for one, why in failures if why == reason]
    names = ", ".join(map(str, same))
    return f"result{'s' if len(same) > 1 else ''} {names} failed: {reason}"


class _Parser(argparse.ArgumentParser):
    """Reports errors in one line."""

    def error(self, message: str) -> NoReturn:
        _fail(message, _WRONG)


def main(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    connect: Callable[[str, str], Storage] = storage_of,
) -> None:
    parser = _Parser(prog="python -m music_api.ending", description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--status", default=environment.get("WORKFLOW_STATUS", ""))
    parser.add_argument("--failures", default=environment.get("WORKFLOW_FAILURES", ""))
    asked = parser.parse_args(arguments)
    if not is_id(asked.run):
        _fail(f"{asked.run!r} is no run: it has to be an id as m… of 26 characters", _WRONG)
    if asked.status not in _STATUSES:
        wanted = ", ".join(_STATUSES)
        _fail(f"the status is {asked.status!r}: it has to be one of {wanted}", _WRONG)
    try:
        bucket, region = place_of(environment)
        done = write_end(connect(bucket, region), asked.run, asked.status, asked.failures)
    except SettingsError as error:
        _fail(str(error), _WRONG)
    except Unavailable as error:
        _fail(error.sentence, _AGAIN)
    sys.stdout.write(f"{done}\n")


def _fail(sentence: str, code: int) -> NoReturn:
    sys.stderr.write(f"music_api.ending: {sentence}\n")
    raise SystemExit(code)


if __name__ == "__main__":
    main(sys.argv[1:], os.environ)
