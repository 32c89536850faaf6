"""Pods lose an image digest, probes, limits, or their autoscaler's control of replicas."""

from collections.abc import Iterator, Mapping
from typing import Any

from plan.changes.nouns import Added, Change, Changed, Risk, Severity, Topic
from plan.changes.sides import Side, Sides
from plan.changes.values import at
from plan.model.kubernetes import KubernetesObject
from plan.model.scaling import AUTOSCALERS, pod_autoscaler, pod_autoscalers

_PROBES = {
    "readinessProbe": (Severity.RISKY, "receives requests before it is ready"),
    "livenessProbe": (Severity.NOTICE, "is not restarted when it hangs"),
    "startupProbe": (Severity.NOTICE, "is restarted when it starts slowly"),
}
_LIMITS = {
    "limits.memory": "one leak in it can take the memory of the whole node",
    "requests.memory": "the scheduler no longer keeps memory for it",
    "requests.cpu": "the scheduler no longer keeps cores for it",
}

_ROLLING = "spec.strategy.rollingUpdate"
_STEPS = ("maxSurge", "maxUnavailable")
_NO_POD = {"0", "0%"}


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield what a workload's pods lose."""
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            yield from _containers(before, after)
            yield from _reset(before, after)
            yield from _replicas(after, sides)
            yield from _undisruptable(before, after)
            yield from _updates(before, after)
            yield from _scales_nothing(before, after, sides)
        case Added(KubernetesObject() as item):
            yield from _undisruptable(None, item)
            for name, container in _containers_by_name(item).items():
                yield from _without_digest(name, {}, container, item)
            yield from _replicas(item, sides)


def _containers(before: KubernetesObject, after: KubernetesObject) -> Iterator[Risk]:
    old, new = _containers_by_name(before), _containers_by_name(after)
    for name, container in new.items():
        was = old.get(name, {})
        yield from _without_digest(name, was, container, after)
        for probe, (severity, sentence) in _PROBES.items():
            if probe in was and probe not in container:
                text = f"loses the {probe} of container {name}: it {sentence}"
                yield Risk.of(after, Topic.PODS, severity, text)
        for path, sentence in _LIMITS.items():
            if at(was, f"resources.{path}") and not at(container, f"resources.{path}"):
                text = f"loses {path} of container {name}: {sentence}"
                yield Risk.of(after, Topic.PODS, Severity.NOTICE, text)


def _without_digest(
    name: str, was: Mapping[str, Any], now: Mapping[str, Any], item: KubernetesObject
) -> Iterator[Risk]:
    image = str(now.get("image", ""))
    if image != was.get("image") and "@sha256:" not in image:
        registry, _, path = image.partition("/")
        named = path if "${" in registry else image
        sentence = f"runs {named} in container {name}: without a digest it can change unreleased"
        yield Risk.of(item, Topic.PODS, Severity.NOTICE, sentence)


def _reset(before: KubernetesObject, after: KubernetesObject) -> Iterator[Risk]:
    was, now = (at(item.document, "spec.replicas") for item in (before, after))
    if after.pod_template and now is None and was not in {None, 0, 1}:
        sentence = (
            f"no longer sets replicas, {was} until now: kubectl sets it to 1 at this release, "
            "and an autoscaler raises it again only later"
        )
        yield Risk.of(after, Topic.PODS, Severity.RISKY, sentence)


def _replicas(item: KubernetesObject, sides: Sides) -> Iterator[Risk]:
    """Yield workloads whose replicas both their manifest and an autoscaler now set."""
    for workload in _workloads_of(item, sides.after):
        fixed = at(workload.document, "spec.replicas")
        before = sides.before.twin(workload)
        was = isinstance(before, KubernetesObject) and _has_two_owners(before, sides.before)
        if _has_two_owners(workload, sides.after) and not was:
            sentence = (
                f"sets replicas to {fixed} though an autoscaler owns them: each release resets "
                f"them to {fixed}, whatever the load"
            )
            yield Risk.of(workload, Topic.PODS, Severity.RISKY, sentence)


def _updates(before: KubernetesObject, after: KubernetesObject) -> Iterator[Risk]:
    """Yield that a rolling update can no longer begin, or begins by taking pods away."""
    if after.kind != "Deployment":
        return
    surge, less = (str(at(after.document, f"{_ROLLING}.{name}")) for name in _STEPS)
    was = str(at(before.document, f"{_ROLLING}.maxUnavailable"))
    if {surge, less} <= _NO_POD:
        sentence = "may neither add a pod nor take one away in an update, which Kubernetes refuses"
        yield Risk.of(after, Topic.REFUSED, Severity.RISKY, sentence)
    elif was in _NO_POD and less not in _NO_POD:
        sentence = f"takes away {less} pods in an update before new ones are ready, none until now"
        yield Risk.of(after, Topic.PODS, Severity.RISKY, sentence)


def _scales_nothing(
    before: KubernetesObject, after: KubernetesObject, sides: Sides
) -> Iterator[Risk]:
    if after.kind in AUTOSCALERS:
        old, new = pod_autoscaler(before), pod_autoscaler(after)
        if any(map(old.owns, sides.before.objects)) and not any(map(new.owns, sides.after.objects)):
            sentence = f"scales {new.kind} {new.name}, which is not there"
            yield Risk.of(after, Topic.PODS, Severity.RISKY, sentence)


def _undisruptable(before: KubernetesObject | None, after: KubernetesObject) -> Iterator[Risk]:
    if _allows_no_disruption(after) and not (before and _allows_no_disruption(before)):
        sentence = "allows no disruption: draining a node, as each upgrade does, never ends"
        yield Risk.of(after, Topic.PODS, Severity.RISKY, sentence)
    elif before and _lets_broken_pods_go(before) and not _lets_broken_pods_go(after):
        sentence = (
            "protects pods that are not ready, too: where all of them crash, no drain of their "
            "nodes ends; `unhealthyPodEvictionPolicy: AlwaysAllow` lets them go"
        )
        yield Risk.of(after, Topic.PODS, Severity.NOTICE, sentence)


def _lets_broken_pods_go(item: KubernetesObject) -> bool:
    return bool(at(item.document, "spec.unhealthyPodEvictionPolicy") == "AlwaysAllow")


def _allows_no_disruption(item: KubernetesObject) -> bool:
    if item.kind != "PodDisruptionBudget":
        return False
    most, least = (at(item.document, f"spec.{name}") for name in ("maxUnavailable", "minAvailable"))
    return str(most) in {"0", "0%"} or least == "100%"


def _workloads_of(item: KubernetesObject, side: Side) -> Iterator[KubernetesObject]:
    if item.kind not in AUTOSCALERS:
        yield item
        return
    scaler = pod_autoscaler(item)
    yield from (workload for workload in side.objects if scaler.owns(workload))


def _has_two_owners(workload: KubernetesObject, side: Side) -> bool:
    return at(workload.document, "spec.replicas") is not None and any(
        scaler.owns(workload) for scaler in pod_autoscalers(side.objects)
    )


def _containers_by_name(item: KubernetesObject) -> dict[str, Mapping[str, Any]]:
    return {container.get("name", ""): container for container in item.containers}
