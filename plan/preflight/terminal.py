"""Prints the answers, one line each."""

from collections.abc import Iterator, Sequence

from plan.preflight.survey import CheckResult
from plan.preflight.verdicts import Missing, Ready, Unknown

_COLOURS = {"ok": "32", "missing": "1;31", "unknown": "33"}
_SYMBOLS = {"ok": "✔", "missing": "✘", "unknown": "?"}


def as_lines(answers: Sequence[CheckResult], *, colours: bool = False) -> Iterator[str]:
    """Yield a line for each answer, and the sum last; `colours` also mean symbols."""
    width = max((len(one.title) for one in answers), default=0)
    for one in answers:
        state, said = _told(one)
        if colours:
            mark = f"\x1b[{_COLOURS[state]}m{_SYMBOLS[state]} {state:<7}\x1b[0m"
        else:
            mark = f"{state:<7}"
        yield f"{mark}  {one.title:<{width}}  {said}"
    yield _sum(answers)


def is_ready(answers: Sequence[CheckResult]) -> bool:
    return all(isinstance(one.verdict, Ready) for one in answers)


def _told(answer: CheckResult) -> tuple[str, str]:
    match answer.verdict:
        case Ready(found):
            return "ok", found
        case Missing(found, remedy):
            return "missing", f"{found} → {remedy}"
        case Unknown(reason):
            return "unknown", reason


def _sum(answers: Sequence[CheckResult]) -> str:
    missing = [one.verdict for one in answers if isinstance(one.verdict, Missing)]
    unknown = [one for one in answers if isinstance(one.verdict, Unknown)]
    number = len(answers)
    match missing, unknown:
        case [], []:
            return "ready"
        case [], [first, *_]:
            return f"{len(unknown)} of {number} unknown: look after {first.title} yourself"
        case [first, *_], _:
            also = f", {len(unknown)} unknown" if unknown else ""
            return f"{len(missing)} of {number} missing{also}: start with {first.remedy}"
    raise AssertionError(answers)
