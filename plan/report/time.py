"""How long it takes, as a part of the page: the critical path as a bar."""

from collections.abc import Iterator

from plan.markup import Markup, element, fold, listed, table
from plan.report.words import counted, span
from plan.time import DeployTime, StackTime

_MARKS = "A the assembly says so, S public logs, I inferred, U from memory"


def time_section(time: DeployTime) -> Iterator[Markup]:
    """Yield a bar for each stack, one after the other, and the steps on it."""
    whole = max(time.seconds.high, 1)
    yield element(
        "p",
        f"{span(time.seconds)}, one stack after the other. Each bar is the critical path of a "
        "stack at its slowest: what takes longer than everything beside it.",
    )
    start, bars = 0, []
    for stack in time.stacks:
        bars.append(_bar(stack, start / whole, whole))
        start += stack.seconds.high
    yield element("ol", *bars, class_="bars")
    for stack in time.stacks:
        yield fold(f"{stack.name}: {span(stack.seconds)}, step by step", _steps(stack))
    yield listed(time.notes)
    yield element("p", f"Where durations come from: {_MARKS}.", class_="soft")


def _bar(stack: StackTime, start: float, whole: int) -> Markup:
    pieces = [
        element(
            "span",
            title=f"{step.subject}, {step.what}: {span(step.seconds)}",
            style=f"width:{step.seconds.high / whole:.3%}",
        )
        for step in stack.steps
    ]
    before = element("span", class_="before", style=f"width:{start:.3%}")
    actions = ", ".join(f"{action} {number}" for action, number in stack.actions.items())
    return element(
        "li",
        element("strong", stack.name),
        f" {span(stack.seconds)}; {actions or 'no change'}",
        # The steps stand below as a table, for those who do not see the bar.
        element("div", before, *pieces, class_="bar", aria_hidden="true"),
        _longest(stack),
    )


def _longest(stack: StackTime) -> Markup:
    steps = sorted(stack.steps, key=lambda step: -step.seconds.high)[:2]
    words = "; ".join(f"{step.subject}, {step.what}: {span(step.seconds)}" for step in steps)
    return element("p", words, class_="soft")


def _steps(stack: StackTime) -> Markup:
    return table(
        ["Step", "What", "Time", "Source"],
        [
            [
                step.subject,
                step.what if step.times == 1 else f"{step.what}, {counted(step.times, 'time')}",
                span(step.seconds),
                f"{step.mark}: {step.source}",
            ]
            for step in stack.steps
        ],
        figures=(2,),
    )
