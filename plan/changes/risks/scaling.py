"""A ScaledObject scales differently, or cannot scale from zero."""

from collections.abc import Iterator

from plan.changes.nouns import Added, Change, Changed, Removed, Risk, Severity, Topic, subject
from plan.changes.sides import Sides
from plan.changes.values import as_list, at, some
from plan.model.kubernetes import KubernetesObject
from plan.model.scaling import pod_autoscaler, pod_autoscalers

_ONLY_OF_PODS = frozenset({"cpu", "memory"})
"""Triggers that measure pods, and so cannot scale from zero."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield what changes for the workload of a ScaledObject."""
    match change:
        case Added(KubernetesObject(kind="ScaledObject") as item):
            yield from _stuck_at_zero(None, item)
        case Changed(
            before=KubernetesObject(kind="ScaledObject") as before, item=KubernetesObject() as item
        ):
            yield from _stuck_at_zero(before, item)
            yield from _resized(before, item)
        case Removed(KubernetesObject(kind="ScaledObject") as item):
            yield from _unscaled(item, sides)


def _stuck_at_zero(before: KubernetesObject | None, after: KubernetesObject) -> Iterator[Risk]:
    """Yield that it cannot scale from zero, unless it could not before."""
    if _cannot_scale_from_zero(after) and not (before and _cannot_scale_from_zero(before)):
        triggers = some(sorted(_triggers(after))) or "no trigger"
        sentence = (
            f"is refused by KEDA: {triggers} alone cannot scale from zero, it needs a trigger "
            "outside of its pods, such as a queue"
        )
        yield Risk.of(after, Topic.REFUSED, Severity.RISKY, sentence)


def _resized(before: KubernetesObject, after: KubernetesObject) -> Iterator[Risk]:
    was, now = pod_autoscaler(before), pod_autoscaler(after)
    if was.minimum and not now.minimum:
        sentence = "now scales to zero: the first message then waits for a node and a pod"
        yield Risk.of(after, Topic.PODS, Severity.NOTICE, sentence)
    if now.minimum and not was.minimum:
        sentence = f"no longer scales to zero: {now.minimum} pods and their nodes are always billed"
        yield Risk.of(after, Topic.PODS, Severity.NOTICE, sentence)
    if now.maximum < was.maximum:
        sentence = f"has at most {now.maximum} pods instead of {was.maximum}: a full queue drains"
        yield Risk.of(after, Topic.PODS, Severity.NOTICE, f"{sentence} more slowly")
    if gone := _triggers(before) - _triggers(after):
        sentence = f"loses the trigger {some(sorted(gone))}: messages there no longer start pods"
        yield Risk.of(after, Topic.PODS, Severity.RISKY, sentence)


def _unscaled(item: KubernetesObject, sides: Sides) -> Iterator[Risk]:
    left = pod_autoscalers(sides.after.objects)
    for workload in sides.after.objects:
        if pod_autoscaler(item).owns(workload) and not any(one.owns(workload) for one in left):
            sentence = (
                f"no longer scales {subject(workload)}, which keeps the replicas that it has then, "
                "perhaps zero"
            )
            yield Risk.of(item, Topic.PODS, Severity.RISKY, sentence)


def _cannot_scale_from_zero(item: KubernetesObject) -> bool:
    return (
        pod_autoscaler(item).minimum == 0
        and {one.partition(" ")[0] for one in _triggers(item)} <= _ONLY_OF_PODS
    )


def _triggers(item: KubernetesObject) -> set[str]:
    """Return the triggers as type and queue name."""
    found = set()
    for trigger in as_list(at(item.document, "spec.triggers")):
        queue = str(at(trigger, "metadata.queueURL") or "").rpartition("/")[2]
        found.add(f"{trigger.get('type')} {queue}".strip())
    return found
