"""Who decides how many pods a workload has: an autoscaler of Kubernetes, or one of KEDA."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from plan.capacity.reading import reading
from plan.capacity.surroundings import namespace_of
from plan.kubernetes import KubernetesObject

HORIZONTAL, SCALED_OBJECT = "HorizontalPodAutoscaler", "ScaledObject"
AUTOSCALERS = (HORIZONTAL, SCALED_OBJECT)
_KEDA_MAXIMUM = 100
"""What KEDA takes where a ScaledObject says nothing; its minimum is then 0."""


@dataclass(frozen=True, kw_only=True)
class Autoscaler:
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


def autoscalers(objects: Iterable[KubernetesObject]) -> list[Autoscaler]:
    """Read the autoscalers among objects; raise `PlanError` for one that cannot be read."""
    return [autoscaler(one) for one in objects if one.kind in AUTOSCALERS]


def autoscaler(one: KubernetesObject) -> Autoscaler:
    """Read one autoscaler; raise `PlanError` if it cannot be read."""
    with reading(f"{one.kind} {one.name} in stack {one.stack}"):
        spec: Mapping[str, Any] = one.document["spec"]
        target = spec["scaleTargetRef"]
        minimum, maximum = _bounds(one.kind, spec)
        return Autoscaler(
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
