"""A change restarts pods, or does not though they read what changes only at their start."""

from collections.abc import Iterator

from plan.changes.nouns import Change, Changed, Risk, Severity, Topic
from plan.changes.sides import Side, Sides
from plan.changes.values import as_list, at, some
from plan.model.kubernetes import KubernetesObject
from plan.model.workloads import AppliedWorkload, BlueGreen, Recreate, Rolling, workloads

_ROLLS = {"Deployment", "StatefulSet", "DaemonSet", "Rollout"}
READ_AT_START = {"ConfigMap", "Secret", "SecretProviderClass"}
"""Kinds of which pods read values, or the files that they get, when they are made."""
_WHEN_DELETED = "keeps its pods (OnDelete): each changes only when it is deleted"


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield which pods restart, and which keep old values."""
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            if after.kind in _ROLLS and before.pod_template != after.pod_template:
                severity, sentence = _restart(after, sides.after)
                yield Risk.of(after, Topic.RESTART, severity, sentence)
            if after.kind in READ_AT_START and content(before) != content(after):
                yield from _stale(after, sides)


def _restart(item: KubernetesObject, side: Side) -> tuple[Severity, str]:
    workload = _workload(item, side)
    few, many = workload.minimum, workload.maximum
    pods = f"{few}" if few == many else f"{few} to {many}"
    there = few or many  # a workload that scales to zero is judged with its maximum
    severity = Severity.INFO
    match item.kind, workload.update:
        case _ if at(item.document, "spec.updateStrategy.type") == "OnDelete":
            severity, sentence = Severity.NOTICE, _WHEN_DELETED
        case "DaemonSet", _:
            sentence = "replaces its pods, node after node"
        case _, BlueGreen():
            sentence = f"starts as many new pods beside its {pods}, which serve until those do"
        case _, Rolling() as rolling if rolling.of(there)[1] < there:
            more, fewer = rolling.of(there)
            sentence = f"replaces its {pods} pods, at most {more} more and {fewer} fewer at a time"
        case _, Recreate() | Rolling():
            severity = Severity.NOTICE
            sentence = f"stops its {pods} pods before the first new one is ready"
        case _ if many == 1:
            severity, sentence = Severity.NOTICE, "stops its only pod before the new one starts"
        case _:
            first = at(item.document, "spec.updateStrategy.rollingUpdate.partition") or 0
            stay = f"; those below number {first} stay as they are" if first else ""
            sentence = f"replaces its {pods} pods one by one, the highest number first{stay}"
    return severity, sentence


def _workload(item: KubernetesObject, side: Side) -> AppliedWorkload:
    for workload in workloads(side.objects):
        if workload.document is item.document:
            return workload
    message = f"{item.kind} {item.name} is not among its side's workloads"
    raise LookupError(message)


def _stale(item: KubernetesObject, sides: Sides) -> Iterator[Risk]:
    """Yield the workloads that read an object only when a pod starts, and are not restarted."""
    readers = [
        thing
        for thing in sides.after.objects
        if thing.kind in _ROLLS and thing.namespace == item.namespace and reads(thing, item)
    ]
    stale = [thing for thing in readers if not restarts(thing, sides)]
    if stale:
        names = some(f"{thing.kind} {thing.name}" for thing in stale)
        sentence = f"changes, and the pods of {names} keep the old values until they are restarted"
        yield Risk.of(item, Topic.RESTART, Severity.NOTICE, sentence)


def reads(workload: KubernetesObject, item: KubernetesObject) -> bool:
    """Whether the pods of a workload read an object when they start."""
    match item.kind:
        case "SecretProviderClass":
            path = "csi.volumeAttributes.secretProviderClass"
            volumes = as_list(at(workload.pod_template, "spec.volumes"))
            return any(at(volume, path) == item.name for volume in volumes)
        case "ConfigMap":
            by_name, whole = "valueFrom.configMapKeyRef.name", "configMapRef.name"
        case _:
            by_name, whole = "valueFrom.secretKeyRef.name", "secretRef.name"
    return any(
        at(value, path) == item.name
        for container in workload.containers
        for values, path in (("env", by_name), ("envFrom", whole))
        for value in container.get(values, [])
    )


def restarts(workload: KubernetesObject, sides: Sides) -> bool:
    """Whether a deploy makes new pods of a workload."""
    match sides.before.twin(workload):
        case KubernetesObject() as before:
            return before.pod_template != workload.pod_template
        case _:
            return True


def content(item: KubernetesObject) -> list[object]:
    """Return what an object holds for those who read it."""
    return [item.document.get(name) for name in ("data", "binaryData", "stringData", "spec")]
