"""The life of one container: from waiting for its image to running, failing and starting again.

Everything is derived from the status that the API server holds, so a new agent goes on where the
last one stopped. Times and reasons are those of a kubelet; how a program behaves is in its image.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from lightkube.models.core_v1 import (
    Container,
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    Probe,
)
from msgspec.structs import replace

from rehearsal.cluster.agent.images import Behaviour, PulledImage, WaitingReason

_TIME_TO_FAIL = timedelta(seconds=1)
_FIRST_BACK_OFF = timedelta(seconds=10)
_LONGEST_BACK_OFF = timedelta(minutes=5)
_KILLED = 137
_CHECK = "--check"
"""The argument with which a program asks once what its readiness asks, and ends."""
_DEFAULT_PROBE_PERIOD = 10
_DEFAULT_FAILURE_THRESHOLD = 3


@dataclass(frozen=True, kw_only=True)
class Role:
    """What is expected of a container in its pod: to go on running, or to come to an end."""

    runs_on: bool
    restarts_after_success: bool
    restarts_after_failure: bool


def waiting(container: Container, reason: str, message: str | None = None) -> ContainerStatus:
    """Return the status of a container that has not been started."""
    return ContainerStatus(
        name=container.name,
        image=container.image or "",
        imageID="",
        ready=False,
        restartCount=0,
        started=False,
        state=ContainerState(waiting=ContainerStateWaiting(reason=reason, message=message)),
    )


def advance(
    container: Container,
    status: ContainerStatus,
    image: PulledImage | WaitingReason,
    role: Role,
    time: datetime,
) -> ContainerStatus:
    """Return the status that follows; the same one if nothing happens at this time."""
    state = status.state or ContainerState()
    if isinstance(image, WaitingReason):
        return status if state.running or state.terminated else _hold(status, image)
    if state.running:
        return _run(container, status, image, role, time)
    if state.terminated:
        return _after_end(status, state.terminated, role, time)
    last = status.lastState.terminated if status.lastState else None
    if last and last.finishedAt and time < last.finishedAt + _back_off(status.restartCount):
        return status
    return _start(container, status, image, time, restart=last is not None)


def end(
    status: ContainerStatus, time: datetime, *, code: int, reason: str, message: str = ""
) -> ContainerStatus:
    """Return the status of a container whose program has just ended."""
    running = status.state.running if status.state else None
    terminated = ContainerStateTerminated(
        exitCode=code,
        reason=reason,
        message=message or None,
        startedAt=running.startedAt if running else time,
        finishedAt=time,
    )
    return replace(status, ready=False, started=False, state=ContainerState(terminated=terminated))


def lets_next_start(container: Container, status: ContainerStatus) -> bool:
    """Whether an init container no longer holds up the next one: done, or a sidecar that runs."""
    if container.restartPolicy == "Always":
        return bool(status.started)
    terminated = status.state.terminated if status.state else None
    return terminated is not None and terminated.exitCode == 0


def _hold(status: ContainerStatus, why: WaitingReason) -> ContainerStatus:
    if why.reason is None:
        return status
    state = ContainerState(waiting=ContainerStateWaiting(reason=why.reason, message=why.message))
    return replace(status, state=state)


def _start(
    container: Container,
    status: ContainerStatus,
    image: PulledImage,
    time: datetime,
    *,
    restart: bool,
) -> ContainerStatus:
    started = container.startupProbe is None
    return replace(
        status,
        imageID=image.identity,
        containerID=f"containerd://{_container_id(status.name, image, time)}",
        restartCount=status.restartCount + restart,
        started=started,
        ready=started and container.readinessProbe is None,
        state=ContainerState(running=ContainerStateRunning(startedAt=time)),
    )


def _run(
    container: Container, status: ContainerStatus, image: PulledImage, role: Role, time: datetime
) -> ContainerStatus:
    running = status.state.running if status.state else None
    age = time - (running.startedAt if running and running.startedAt else time)
    startup = timedelta(seconds=image.startup_seconds)
    if image.behaviour is Behaviour.CRASH and age >= _TIME_TO_FAIL:
        return end(status, time, code=1, reason="Error")
    if image.behaviour is Behaviour.OUT_OF_MEMORY and age >= _TIME_TO_FAIL:
        return end(status, time, code=_KILLED, reason="OOMKilled")
    if container.startupProbe and age >= _startup_limit(container.startupProbe) and age < startup:
        return end(status, time, code=_KILLED, reason="Error")
    if age < startup:
        return status
    if not role.runs_on:
        fails = image.behaviour is Behaviour.NEVER_READY and _CHECK in (container.args or [])
        return end(status, time, code=int(fails), reason="Error" if fails else "Completed")
    never_ready = image.behaviour is Behaviour.NEVER_READY and container.readinessProbe is not None
    return replace(status, started=True, ready=not never_ready)


def _after_end(
    status: ContainerStatus, ended: ContainerStateTerminated, role: Role, time: datetime
) -> ContainerStatus:
    restarts = role.restarts_after_failure if ended.exitCode else role.restarts_after_success
    if not restarts or ended.finishedAt is None or time <= ended.finishedAt:
        return status
    if status.restartCount == 0:  # a kubelet waits only from the second failure on
        waits = ContainerStateWaiting(reason="ContainerCreating")
    else:
        seconds = _back_off(status.restartCount).total_seconds()
        waits = ContainerStateWaiting(
            reason="CrashLoopBackOff",
            message=f"back-off {seconds:.0f}s restarting failed container={status.name}",
        )
    return replace(
        status, state=ContainerState(waiting=waits), lastState=ContainerState(terminated=ended)
    )


def _container_id(name: str, image: PulledImage, time: datetime) -> str:
    return hashlib.sha256(f"{name} {image.identity} {time}".encode()).hexdigest()


def _back_off(restarts: int) -> timedelta:
    """How long a kubelet waits before it starts a container that has been restarted so often."""
    if restarts == 0:
        return timedelta()
    return min(_FIRST_BACK_OFF * 2.0 ** (restarts - 1), _LONGEST_BACK_OFF)


def _startup_limit(probe: Probe) -> timedelta:
    """How long a start-up probe may fail before the kubelet kills the container."""
    period = probe.periodSeconds or _DEFAULT_PROBE_PERIOD
    failures = probe.failureThreshold or _DEFAULT_FAILURE_THRESHOLD
    return timedelta(seconds=(probe.initialDelaySeconds or 0) + period * failures)
