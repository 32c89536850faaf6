"""The conditions of a pod, as a kubelet derives them from its containers."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from lightkube.models.core_v1 import ContainerStatus, PodCondition, PodStatus
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.agent.container import lets_next_start
from rehearsal.cluster.objects import spec_of, status_of

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
    """Date a condition: a new day begins only when its status turns."""
    unchanged = old is not None and old.status == new.status
    new.lastTransitionTime = old.lastTransitionTime if old and unchanged else time
    return new


def _initialized(pod: Pod, status: PodStatus) -> PodCondition:
    containers = spec_of(pod).initContainers or []
    missing = [
        container.name
        for container, known in zip(containers, status.initContainerStatuses or [], strict=True)
        if not lets_next_start(container, known)
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
