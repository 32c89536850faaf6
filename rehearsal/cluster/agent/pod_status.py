"""The status of a pod: its containers in their order, its phase and its conditions."""

import dataclasses
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from lightkube.models.core_v1 import Container, ContainerStatus, PodCondition, PodIP, PodStatus
from lightkube.resources.core_v1 import Pod
from msgspec.structs import replace

from rehearsal.cluster.agent.container import Role, advance, end, lets_next_start, waiting
from rehearsal.cluster.agent.images import PulledImage, WaitingReason
from rehearsal.cluster.objects import metadata, spec_of, status_of

_OURS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady")
_FINAL_PHASES = ("Succeeded", "Failed")


def conditions_of(
    pod: Pod, status: PodStatus, time: datetime, *, has_sandbox: bool
) -> list[PodCondition]:
    """Return all conditions: ours renewed, those of others (the scheduler's) as they are."""
    known = {condition.type: condition for condition in status_of(pod).conditions or []}
    fresh = (
        _condition("PodReadyToStartContainers", holds=has_sandbox),
        _initialized(pod, status),
        _ready(pod, status),
        _containers_ready(status),
    )
    others = [condition for condition in known.values() if condition.type not in _OURS]
    return [*(_since(new, known.get(new.type), time) for new in fresh), *others]


def _condition(
    kind: str, *, holds: bool, reason: str | None = None, message: str | None = None
) -> PodCondition:
    return PodCondition(
        type=kind, status="True" if holds else "False", reason=reason, message=message
    )


def _since(new: PodCondition, old: PodCondition | None, time: datetime) -> PodCondition:
    """Set lastTransitionTime; it changes only when the status changes."""
    unchanged = old is not None and old.status == new.status
    new.lastTransitionTime = old.lastTransitionTime if old and unchanged else time
    return new


def _initialized(pod: Pod, status: PodStatus) -> PodCondition:
    # A pod that was deleted before it began has no status of any container.
    known = {one.name: one for one in status.initContainerStatuses or []}
    missing = [
        container.name
        for container in spec_of(pod).initContainers or []
        if container.name not in known or not lets_next_start(container, known[container.name])
    ]
    if not missing:
        return _condition("Initialized", holds=True)
    message = f"containers with incomplete status: [{' '.join(missing)}]"
    return _condition(
        "Initialized", holds=False, reason="ContainersNotInitialized", message=message
    )


def _containers_ready(status: PodStatus) -> PodCondition:
    return _unless_ended("ContainersReady", status, _unready(status.containerStatuses or []))


def _ready(pod: Pod, status: PodStatus) -> PodCondition:
    condition = _unless_ended("Ready", status, _unready(status.containerStatuses or []))
    if condition.status == "True" and (gates := list(_closed_gates(pod))):
        message = f"corresponding condition of pod readiness gate {gates[0]!r} is not True"
        return _condition("Ready", holds=False, reason="ReadinessGatesNotReady", message=message)
    return condition


def _unready(containers: Sequence[ContainerStatus]) -> list[str]:
    return [container.name for container in containers if not container.ready]


def _unless_ended(kind: str, status: PodStatus, unready: Sequence[str]) -> PodCondition:
    if status.phase in _FINAL_PHASES:
        reason = "PodCompleted" if status.phase == "Succeeded" else "PodFailed"
        return _condition(kind, holds=False, reason=reason)
    if unready:
        message = f"containers with unready status: [{' '.join(unready)}]"
        return _condition(kind, holds=False, reason="ContainersNotReady", message=message)
    return _condition(kind, holds=True)


def _closed_gates(pod: Pod) -> Iterator[str]:
    conditions = {c.type: c.status for c in status_of(pod).conditions or []}
    for gate in spec_of(pod).readinessGates or []:
        if conditions.get(gate.conditionType) != "True":
            yield gate.conditionType


ImageOf = Callable[[Container], PulledImage | WaitingReason]
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


def advance_pod(
    pod: Pod, image_of: ImageOf, address: str, time: datetime, *, tended: Collection[str] = ()
) -> PodStatus:
    """Return the status that follows for a pod whose volumes are mounted.

    Containers that are tended run until their end stands in the pod's status.
    """
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
        endless = dataclasses.replace(role, runs_on=True)
        mains = [
            advance(
                container,
                status,
                image_of(container),
                endless if container.name in tended else role,
                time,
            )
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
    """Return the final status of a pod after its grace period."""
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
