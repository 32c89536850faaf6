"""What keeps pods healthy is taken away: digests, probes, limits, the autoscaler's say."""

from collections.abc import Iterator, Mapping
from typing import Any

from plan.changes.consequences.values import at
from plan.changes.nouns import Added, Change, Changed, Finding, Severity, Topic, about
from plan.changes.sides import Side, Sides
from plan.model.kubernetes import KubernetesObject
from plan.model.scaling import AUTOSCALERS, pod_autoscaler, pod_autoscalers

_PROBES = {
    "readinessProbe": (Severity.RISKY, "gets requests before it can answer them"),
    "livenessProbe": (Severity.NOTICE, "is not restarted when it hangs"),
    "startupProbe": (Severity.NOTICE, "is restarted when it starts slowly"),
}
_LIMITS = {
    "limits.memory": "one leak in it can take the memory of the whole node",
    "requests.memory": "the scheduler no longer keeps memory for it",
    "requests.cpu": "the scheduler no longer keeps cores for it",
}


def look(change: Change, sides: Sides) -> Iterator[Finding]:
    """Yield what the pods of a workload lose."""
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            yield from _containers(before, after)
            yield from _reset(before, after)
            yield from _replicas(after, sides)
            yield from _held(before, after)
        case Added(KubernetesObject() as item):
            yield from _held(None, item)
            for name, container in _by_name(item).items():
                yield from _floating(name, {}, container, item)
            yield from _replicas(item, sides)


def _containers(before: KubernetesObject, after: KubernetesObject) -> Iterator[Finding]:
    old, new = _by_name(before), _by_name(after)
    for name, container in new.items():
        was = old.get(name, {})
        yield from _floating(name, was, container, after)
        for probe, (severity, sentence) in _PROBES.items():
            if probe in was and probe not in container:
                text = f"loses the {probe} of container {name}: it {sentence}"
                yield about(after, Topic.PODS, severity, text)
        for path, sentence in _LIMITS.items():
            if at(was, f"resources.{path}") and not at(container, f"resources.{path}"):
                text = f"loses {path} of container {name}: {sentence}"
                yield about(after, Topic.PODS, Severity.NOTICE, text)


def _floating(
    name: str, was: Mapping[str, Any], now: Mapping[str, Any], item: KubernetesObject
) -> Iterator[Finding]:
    image = str(now.get("image", ""))
    if image != was.get("image") and "@sha256:" not in image:
        registry, _, path = image.partition("/")
        named = path if "${" in registry else image
        sentence = f"runs {named} in container {name}: without a digest it may change unreleased"
        yield about(item, Topic.PODS, Severity.NOTICE, sentence)


def _reset(before: KubernetesObject, after: KubernetesObject) -> Iterator[Finding]:
    was, now = (at(item.document, "spec.replicas") for item in (before, after))
    if after.pod_template and now is None and was not in {None, 0, 1}:
        sentence = (
            f"no longer sets replicas, {was} until now: kubectl puts it to 1 at this release, "
            "and an autoscaler raises it again only later"
        )
        yield about(after, Topic.PODS, Severity.RISKY, sentence)


def _replicas(item: KubernetesObject, sides: Sides) -> Iterator[Finding]:
    """Yield the workload that a changed thing, itself or its autoscaler, lets two masters have."""
    for workload in _concerned(item, sides.after):
        fixed = at(workload.document, "spec.replicas")
        before = sides.before.twin(workload)
        was = isinstance(before, KubernetesObject) and _is_contested(before, sides.before)
        if _is_contested(workload, sides.after) and not was:
            sentence = (
                f"sets replicas to {fixed} though an autoscaler owns them: each release puts its "
                f"pods back to {fixed}, whatever the load"
            )
            yield about(workload, Topic.PODS, Severity.RISKY, sentence)


def _held(before: KubernetesObject | None, after: KubernetesObject) -> Iterator[Finding]:
    if _lets_none_go(after) and not (before and _lets_none_go(before)):
        sentence = "lets no pod go: draining a node, as each upgrade does, waits for ever"
        yield about(after, Topic.PODS, Severity.NOTICE, sentence)


def _lets_none_go(item: KubernetesObject) -> bool:
    if item.kind != "PodDisruptionBudget":
        return False
    most, least = (at(item.document, f"spec.{name}") for name in ("maxUnavailable", "minAvailable"))
    return str(most) in {"0", "0%"} or least == "100%"


def _concerned(item: KubernetesObject, side: Side) -> Iterator[KubernetesObject]:
    if item.kind not in AUTOSCALERS:
        yield item
        return
    scaler = pod_autoscaler(item)
    for workload in side.objects:
        # A workload that changes too speaks for itself.
        if scaler.owns(workload):
            yield workload


def _is_contested(workload: KubernetesObject, side: Side) -> bool:
    return at(workload.document, "spec.replicas") is not None and any(
        scaler.owns(workload) for scaler in pod_autoscalers(side.objects)
    )


def _by_name(item: KubernetesObject) -> dict[str, Mapping[str, Any]]:
    spec = at(item.pod_template, "spec") or {}
    containers = [*spec.get("initContainers", []), *spec.get("containers", [])]
    return {container.get("name", ""): container for container in containers}
