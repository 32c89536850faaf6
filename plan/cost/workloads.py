"""How many pods a workload has, at each scale."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plan.assembly import Assembly
from plan.cost.finding import Scale
from plan.cost.quotes import figure
from plan.kubernetes import HelmRelease, KubernetesObject

_KINDS = ("Deployment", "StatefulSet")


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A workload whose number of pods is known from the assembly."""

    object: KubernetesObject
    pods: Scale


def cluster_of(assembly: Assembly, one: KubernetesObject | HelmRelease) -> str:
    """Return one name for a cluster, from whatever stack it is spoken of."""
    return named(assembly, one.stack, one.cluster)


def named(assembly: Assembly, stack: str, reference: str) -> str:
    """Return one name for what a reference means, seen from a stack."""
    target = assembly.target(stack, reference)
    return f"{target.stack}/{target.logical_id}" if target else reference


def workloads(assembly: Assembly, objects: Iterable[KubernetesObject]) -> Iterator[Workload]:
    """Return Deployments and StatefulSets; usual is where their autoscaler starts."""
    objects = list(objects)
    scalers = [one for one in objects if one.kind == "HorizontalPodAutoscaler"]
    for one in objects:
        if one.kind in _KINDS and one.pod_template:
            owner = f"{one.kind} {one.name}"
            replicas = figure(owner, "replicas", one.document["spec"].get("replicas", 1))
            pods = Scale.fixed(replicas)
            for scaler in scalers:
                if _scales(assembly, scaler, one):
                    spec = scaler.document["spec"]
                    least = figure(owner, "minReplicas", spec.get("minReplicas", 1))
                    most = figure(owner, "maxReplicas", spec.get("maxReplicas"))
                    pods = Scale(least, max(least, replicas), most)
            yield Workload(object=one, pods=pods)


def _scales(assembly: Assembly, scaler: KubernetesObject, one: KubernetesObject) -> bool:
    """Whether an autoscaler is the one of a workload."""
    match scaler.document:
        case {"spec": {"scaleTargetRef": {"kind": one.kind, "name": one.name}}}:
            same_namespace = scaler.namespace == one.namespace
            return same_namespace and cluster_of(assembly, scaler) == cluster_of(assembly, one)
    return False
