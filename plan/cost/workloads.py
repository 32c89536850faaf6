"""How many pods a workload has, at each scale."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from plan.assembly import Assembly
from plan.capacity.scaling import Autoscaler, autoscalers
from plan.cost.quotes import figure
from plan.cost.scale import Scale
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
    scalers = autoscalers(objects)
    for one in objects:
        if one.kind in _KINDS and one.pod_template:
            scaler = next((scaler for scaler in scalers if _scales(assembly, scaler, one)), None)
            yield Workload(object=one, pods=_pods(one, scaler))


def _pods(one: KubernetesObject, scaler: Autoscaler | None) -> Scale:
    fixed = one.document["spec"].get("replicas", scaler.minimum if scaler else 1)
    replicas = figure(f"{one.kind} {one.name}", "replicas", fixed)
    if scaler is None:
        return Scale.fixed(replicas)
    least = Decimal(scaler.minimum)
    return Scale(least, max(least, replicas), Decimal(scaler.maximum))


def _scales(assembly: Assembly, scaler: Autoscaler, one: KubernetesObject) -> bool:
    """Whether an autoscaler is the one of a workload."""
    return scaler.owns(one) and cluster_of(assembly, scaler.object) == cluster_of(assembly, one)
