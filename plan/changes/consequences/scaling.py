"""A queue no longer wakes pods, or as many as before."""

from collections.abc import Iterator

from plan.changes.consequences.values import as_list, at, some
from plan.changes.nouns import (
    Added,
    Change,
    Changed,
    Finding,
    Removed,
    Severity,
    Topic,
    about,
    subject,
)
from plan.changes.sides import Sides
from plan.model.kubernetes import KubernetesObject
from plan.model.scaling import pod_autoscaler, pod_autoscalers

_ONLY_OF_PODS = frozenset({"cpu", "memory"})
"""Triggers that measure pods, and so measure nothing where there is none."""


def look(change: Change, sides: Sides) -> Iterator[Finding]:
    """Yield what becomes of the pods that a ScaledObject counts."""
    match change:
        case Added(KubernetesObject(kind="ScaledObject") as item):
            yield from _asleep(None, item)
        case Changed(
            before=KubernetesObject(kind="ScaledObject") as before, item=KubernetesObject() as item
        ):
            yield from _asleep(before, item)
            yield from _resized(before, item)
        case Removed(KubernetesObject(kind="ScaledObject") as item):
            yield from _unscaled(item, sides)


def _asleep(before: KubernetesObject | None, after: KubernetesObject) -> Iterator[Finding]:
    """Yield that nothing can wake its pods, unless that was so before."""
    if _sleeps_for_ever(after) and not (before and _sleeps_for_ever(before)):
        triggers = some(sorted(_triggers(after))) or "no trigger"
        sentence = (
            f"is refused by KEDA: with {triggers} alone no pod would ever come back from zero, it "
            "needs a trigger outside of its pods, such as a queue"
        )
        yield about(after, Topic.REFUSED, Severity.RISKY, sentence)


def _resized(before: KubernetesObject, after: KubernetesObject) -> Iterator[Finding]:
    was, now = pod_autoscaler(before), pod_autoscaler(after)
    if was.minimum and not now.minimum:
        sentence = "goes to zero without work: the first to come waits for a node and a pod"
        yield about(after, Topic.PODS, Severity.NOTICE, sentence)
    if now.minimum and not was.minimum:
        sentence = f"no longer goes to zero: {now.minimum} pods, and their nodes, are always paid"
        yield about(after, Topic.PODS, Severity.NOTICE, sentence)
    if now.maximum < was.maximum:
        sentence = f"has at most {now.maximum} pods instead of {was.maximum}: a full queue lasts"
        yield about(after, Topic.PODS, Severity.NOTICE, f"{sentence} longer")
    if gone := _triggers(before) - _triggers(after):
        sentence = f"no longer looks at {some(sorted(gone))}: what waits there wakes no pod"
        yield about(after, Topic.PODS, Severity.RISKY, sentence)


def _unscaled(item: KubernetesObject, sides: Sides) -> Iterator[Finding]:
    left = pod_autoscalers(sides.after.objects)
    for workload in sides.after.objects:
        if pod_autoscaler(item).owns(workload) and not any(one.owns(workload) for one in left):
            sentence = (
                f"scales {subject(workload)} no more, which keeps as many pods as it has then, "
                "perhaps none"
            )
            yield about(item, Topic.PODS, Severity.RISKY, sentence)


def _sleeps_for_ever(item: KubernetesObject) -> bool:
    return (
        pod_autoscaler(item).minimum == 0
        and {one.partition(" ")[0] for one in _triggers(item)} <= _ONLY_OF_PODS
    )


def _triggers(item: KubernetesObject) -> set[str]:
    """Name triggers by their type, and the queue that one looks at."""
    found = set()
    for trigger in as_list(at(item.document, "spec.triggers")):
        queue = str(at(trigger, "metadata.queueURL") or "").rpartition("/")[2]
        found.add(f"{trigger.get('type')} {queue}".strip())
    return found
