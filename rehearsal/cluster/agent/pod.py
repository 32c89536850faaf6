"""The status of a pod: its containers in their order, and its phase."""

from collections.abc import Callable, Sequence
from datetime import datetime

from lightkube.models.core_v1 import Container, ContainerStatus, PodIP, PodStatus
from lightkube.resources.core_v1 import Pod
from msgspec.structs import replace

from rehearsal.cluster.agent.conditions import conditions_of
from rehearsal.cluster.agent.container import Role, advance, end, lets_next_start, waiting
from rehearsal.cluster.agent.images import Image
from rehearsal.cluster.agent.pulls import Held
from rehearsal.cluster.objects import metadata, spec_of, status_of

ImageOf = Callable[[Container], Image | Held]
"""What has become of pulling a container's image."""


def admitted(pod: Pod, time: datetime) -> PodStatus:
    """Return the status of a pod that a node has taken but cannot start yet."""
    spec, status = spec_of(pod), status_of(pod)
    reason = "PodInitializing" if spec.initContainers else "ContainerCreating"
    known = replace(
        status,
        phase=status.phase or "Pending",
        startTime=status.startTime or time,
        observedGeneration=metadata(pod).generation,
        initContainerStatuses=status.initContainerStatuses
        or [waiting(container, "PodInitializing") for container in spec.initContainers or []]
        or None,
        containerStatuses=status.containerStatuses
        or [waiting(container, reason) for container in spec.containers],
    )
    return replace(known, conditions=conditions_of(pod, known, time, has_sandbox=False))


def advance_pod(pod: Pod, image_of: ImageOf, address: str, time: datetime) -> PodStatus:
    """Return the status that follows for a pod whose volumes are mounted."""
    spec, known = spec_of(pod), admitted(pod, time)
    policy = spec.restartPolicy or "Always"
    inits = _advance_inits(
        spec.initContainers or [], known.initContainerStatuses or [], image_of, policy, time
    )
    mains: Sequence[ContainerStatus] = known.containerStatuses or []
    if all(map(lets_next_start, spec.initContainers or [], inits)):
        role = Role(
            runs_on=policy == "Always",
            restarts_after_success=policy == "Always",
            restarts_after_failure=policy != "Never",
        )
        mains = [
            advance(container, status, image_of(container), role, time)
            for container, status in zip(spec.containers, mains, strict=True)
        ]
    status = replace(
        known,
        phase=_phase(policy, inits, mains),
        podIP=address,
        podIPs=[PodIP(ip=address)],
        initContainerStatuses=list(inits) or None,
        containerStatuses=list(mains),
    )
    return replace(status, conditions=conditions_of(pod, status, time, has_sandbox=True))


def ended(pod: Pod, time: datetime) -> PodStatus:
    """Return the last status of a pod that was told to stop and did."""
    status = status_of(pod)
    stopped = [_stopped(container, time) for container in status.containerStatuses or []]
    sidecars = [_stopped(container, time) for container in status.initContainerStatuses or []]
    failed = any(c.state and c.state.terminated and c.state.terminated.exitCode for c in stopped)
    last = replace(
        status,
        phase="Failed" if failed else "Succeeded",
        initContainerStatuses=sidecars or None,
        containerStatuses=stopped or None,
    )
    return replace(last, conditions=conditions_of(pod, last, time, has_sandbox=False))


def _advance_inits(
    containers: Sequence[Container],
    statuses: Sequence[ContainerStatus],
    image_of: ImageOf,
    policy: str,
    time: datetime,
) -> Sequence[ContainerStatus]:
    """Run init containers in turn: the first that is not through stops those behind it."""
    result = list(statuses)
    for index, container in enumerate(containers):
        sidecar = container.restartPolicy == "Always"
        role = Role(
            runs_on=sidecar,
            restarts_after_success=sidecar,
            restarts_after_failure=sidecar or policy != "Never",
        )
        result[index] = advance(container, result[index], image_of(container), role, time)
        if lets_next_start(container, result[index]) and not sidecar:
            result[index] = replace(result[index], ready=True)
        if not lets_next_start(container, result[index]):
            break
    return result


def _phase(policy: str, inits: Sequence[ContainerStatus], mains: Sequence[ContainerStatus]) -> str:
    codes = [_exit_code(status) for status in mains]
    if policy == "Never" and any(_exit_code(status) for status in inits):
        return "Failed"
    if None not in codes and policy != "Always":
        return "Failed" if policy == "Never" and any(codes) else "Succeeded"
    if all(_has_started(status) for status in mains):
        return "Running"
    return "Pending"


def _exit_code(status: ContainerStatus) -> int | None:
    terminated = status.state.terminated if status.state else None
    return terminated.exitCode if terminated else None


def _has_started(status: ContainerStatus) -> bool:
    ended_before = status.lastState is not None and status.lastState.terminated is not None
    return ended_before or bool(status.state and not status.state.waiting)


def _stopped(status: ContainerStatus, time: datetime) -> ContainerStatus:
    if status.state and status.state.running:
        return end(status, time, code=0, reason="Completed")
    return status
