"""How many pods a workload has: by its own figure, a HorizontalPodAutoscaler or KEDA."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from plan.model.assembly import Assembly
from plan.model.cluster_objects import namespace_of
from plan.model.failure import reading
from plan.model.figures import Scale, figure
from plan.model.kubernetes import KubernetesObject, cluster_of

HORIZONTAL, SCALED_OBJECT = "HorizontalPodAutoscaler", "ScaledObject"
AUTOSCALERS = (HORIZONTAL, SCALED_OBJECT)
_KEDA_MAXIMUM = 100
"""What KEDA takes where a ScaledObject says nothing; its minimum is then 0."""


@dataclass(frozen=True, kw_only=True)
class PodAutoscaler:
    """What owns the number of pods of a workload."""

    object: KubernetesObject = field(repr=False)
    kind: str
    name: str
    """Of the workload, which is in the same namespace of the same cluster."""
    minimum: int
    maximum: int

    def owns(self, workload: KubernetesObject) -> bool:
        """Whether a workload of its own cluster is the one that it scales."""
        mine = (self.kind, self.name, namespace_of(self.object))
        return mine == (workload.kind, workload.name, namespace_of(workload))


def pod_autoscalers(objects: Iterable[KubernetesObject]) -> list[PodAutoscaler]:
    return [pod_autoscaler(one) for one in objects if one.kind in AUTOSCALERS]


def pod_autoscaler(one: KubernetesObject) -> PodAutoscaler:
    """Read one autoscaler; raise `PlanError` if it cannot be read."""
    with reading(f"{one.kind} {one.name} in stack {one.stack}"):
        spec: Mapping[str, Any] = one.document["spec"]
        target = spec["scaleTargetRef"]
        minimum, maximum = _bounds(one.kind, spec)
        return PodAutoscaler(
            object=one,
            kind=target.get("kind", "Deployment"),
            name=target["name"],
            minimum=minimum,
            maximum=maximum,
        )


def _bounds(kind: str, spec: Mapping[str, Any]) -> tuple[int, int]:
    if kind == HORIZONTAL:
        return int(spec.get("minReplicas", 1)), int(spec["maxReplicas"])
    least = spec.get("idleReplicaCount", spec.get("minReplicaCount", 0))
    return int(least), int(spec.get("maxReplicaCount", _KEDA_MAXIMUM))


@dataclass(frozen=True, kw_only=True)
class Replicas:
    """A Deployment, Rollout or StatefulSet with its number of pods at each scale."""

    object: KubernetesObject
    pods: Scale


def replicas(assembly: Assembly, objects: Iterable[KubernetesObject]) -> Iterator[Replicas]:
    """Return Deployments, Rollouts and StatefulSets; usual is where their autoscaler starts."""
    objects = list(objects)
    scalers = pod_autoscalers(objects)
    for one in objects:
        if one.kind in ("Deployment", "Rollout", "StatefulSet") and one.pod_template:
            scaler = next((scaler for scaler in scalers if _scales(assembly, scaler, one)), None)
            yield Replicas(object=one, pods=_pods(one, scaler))


def _pods(one: KubernetesObject, scaler: PodAutoscaler | None) -> Scale:
    fixed = one.document["spec"].get("replicas", scaler.minimum if scaler else 1)
    size = figure(f"{one.kind} {one.name}", "replicas", fixed)
    if scaler is None:
        return Scale.fixed(size)
    least = Decimal(scaler.minimum)
    return Scale(least, max(least, size), Decimal(scaler.maximum))


def _scales(assembly: Assembly, scaler: PodAutoscaler, one: KubernetesObject) -> bool:
    """Whether an autoscaler is the one of a workload."""
    return scaler.owns(one) and cluster_of(assembly, scaler.object) == cluster_of(assembly, one)
