"""Deploys one stack by the cdk command, and tells what happens meanwhile."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from rehearsal.cloud.emulator import Emulator
from rehearsal.command.assembly import StackArtifact
from rehearsal.command.cdk import Cdk, last_line
from rehearsal.command.events import Event, Events
from rehearsal.command.handler_log import TOO_LONG, end_of_last_error
from rehearsal.command.progress import CommandProgress
from rehearsal.command.stuck import continue_rollbacks
from rehearsal.command.workplace import UpError

_SECONDS_BETWEEN_LOOKS = 1.0
_A_HANDLER = timedelta(minutes=15)
"""As long as a Lambda function may run."""


def deploy(
    cdk: Cdk,
    cloud: Emulator,
    stacks: Sequence[StackArtifact],
    say: CommandProgress,
    created: Callable[[str], None] = lambda _name: None,
) -> Mapping[str, float | None]:
    """Deploy the last of the stacks, and with it those before, which it relies on.

    Calls `created` with the name of each stack when it is complete, while the next one begins.
    Returns the seconds of each stack. Raises `UpError` with CloudFormation's own first reason.
    """
    top = stacks[-1]
    names = [stack.name for stack in stacks]
    cloudformation = cloud.client("cloudformation", top.region)
    continue_rollbacks(cloudformation, names, say)
    events = Events(cloudformation, names)
    process = cdk.deploy(top.name)
    try:
        _follow(process, events, say, created)
    finally:
        process.terminate()
        process.wait()
    if process.returncode:
        event = events.first_failure()
        raise _failure(cdk, top.name, event, _reason(event, cloud, stacks))
    seconds = {name: events.seconds(name) for name in names}
    for name in names:
        if seconds[name] is None:
            say(f"{name}: no change")
    return seconds


def _follow(
    process: subprocess.Popen[bytes],
    events: Events,
    say: CommandProgress,
    created: Callable[[str], None],
) -> None:
    """Return when the command has ended and all its events are read."""
    ended = False
    with say.waiting():
        while not ended:
            ended = process.poll() is not None
            for event in events.new():
                if event.ends_stack:
                    seconds = events.seconds(event.stack) or 0.0
                    say(f"{event.stack}: {_spoken(event.status)} in {seconds:.0f} s")
                    if event.status == "CREATE_COMPLETE":
                        created(event.stack)
            if not ended:
                say.wait_for(_what_lasts(events))
                time.sleep(_SECONDS_BETWEEN_LOOKS)


def _what_lasts(events: Events) -> str:
    last = events.seen[-1] if events.seen else None
    if last is None or last.ends_stack:
        return "cdk publishes assets and makes a change set"
    if not last.resource:
        return f"{last.stack}: {_spoken(last.status)}"
    return f"{last.stack}: {last.resource} ({last.resource_type})"


def _spoken(status: str) -> str:
    return status.lower().replace("_", " ")


def _reason(event: Event | None, cloud: Emulator, stacks: Sequence[StackArtifact]) -> str:
    """Return the first line of why something failed, or what its handler's log says instead."""
    if event is None:
        return ""
    # A custom resource's reason goes on with the log's name and the handler's own call stack.
    reason = next(iter(event.reason.splitlines()), "no reason given")
    if reason != TOO_LONG:
        return reason
    names = [stack.name for stack in stacks]
    end = end_of_last_error(cloud.client("logs", stacks[-1].region), names, event.at - _A_HANDLER)
    return f"{reason} {end}"


def _failure(cdk: Cdk, stack: str, event: Event | None, reason: str) -> UpError:
    log = cdk.workplace.log(f"deploy-{stack}")
    if event is None:
        return UpError(f"cdk deploy {stack} failed: {last_line(log)} (whole log: {log})")
    what = f"{event.stack}, {event.resource}" if event.resource else event.stack
    return UpError(f"{what} ({event.resource_type}) failed: {reason} (whole log: {log})")
