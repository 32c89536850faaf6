"""A time as plain lines for the terminal, every sum with its steps."""

from collections.abc import Iterator

from plan.time.finding import DeployTime, Seconds, StackTime, Step

_MINUTE = 60
_TIMES = "\N{MULTIPLICATION SIGN}"


def as_lines(time: DeployTime) -> Iterator[str]:
    """Write a time: the sum, the critical path of each stack, what concurrency would give."""
    yield f"Deploy, one stack after the other: {_span(time.seconds)}"
    for stack in time.stacks:
        yield f"{stack.name}: {_span(stack.seconds)}{_counts(stack)}"
        yield from (f"  {_step(step)}" for step in stack.steps)
    yield from _concurrency(time)
    yield from time.notes
    yield "durations from (A: assembly, S: public logs, I: inferred, U: memory)"
    known = {(step.mark, step.source) for stack in time.stacks for step in stack.steps}
    yield from (f"  {mark} {source}" for mark, source in sorted(known))


def _concurrency(time: DeployTime) -> Iterator[str]:
    changed = [stack.name for stack in time.stacks if stack.actions]
    if set(changed) <= set(time.chain):
        yield "cdk deploys one stack at a time; --concurrency gains nothing, each waits for another"
    else:
        yield (
            f"cdk deploys one stack at a time; with --concurrency {len(changed)} it takes "
            f"{_span(time.concurrent)}, by way of {', '.join(time.chain)}"
        )


def _counts(stack: StackTime) -> str:
    counts = ", ".join(f"{action} {number}" for action, number in stack.actions.items())
    return f"; {counts}" if counts else ""


def _step(step: Step) -> str:
    times = f"{step.times} {_TIMES} {_span(step.each)} = " if step.times > 1 else ""
    return f"{times}{_span(step.seconds)} ({step.mark}): {step.subject}, {step.what}"


def _span(seconds: Seconds) -> str:
    low, high = _clock(seconds.low), _clock(seconds.high)
    return low if low == high else f"{low} to {high}"


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, _MINUTE)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
