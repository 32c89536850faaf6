"""Release gates: resources that are complete only when the workloads they name serve."""

from dataclasses import dataclass, field
from functools import cached_property

from plan.model.assembly import Assembly, Resource, Stack
from plan.model.clusters import Placement, placement_in
from plan.model.kubernetes import KubernetesObject, cluster_of, kubernetes_objects
from plan.model.scaling import replicas
from plan.model.volumes import claims
from plan.model.workloads import workload_key
from plan.time.analysis import analyses
from plan.time.finding import Step, total
from plan.time.pods import first_start, roll


@dataclass(frozen=True)
class AppliedObjects:
    """What is known of the pods of an assembly."""

    assembly: Assembly = field(repr=False)
    placements: tuple[Placement, ...] = field(default=(), repr=False)

    @cached_property
    def objects(self) -> list[KubernetesObject]:
        return kubernetes_objects(self.assembly)

    def find(self, stack: str, namespace: str, kind: str, name: str) -> KubernetesObject | None:
        """Return an object by its stack and its name; None if it is not there."""
        for one in self.objects:
            if (one.stack, one.namespace, one.kind, one.name) == (stack, namespace, kind, name):
                return one
        return None


def gate_steps(
    stack: Stack, after: AppliedObjects, before: AppliedObjects | None
) -> dict[str, tuple[Step, ...]]:
    """Return what each gate of a stack waits for: the slowest of its workloads."""
    return {
        resource.logical_id: _gate(resource, after, before)
        for resource in stack.resources.values()
        if resource.type.startswith("Custom::") and _named(resource)
    }


def _named(gate: Resource) -> list[tuple[str, str, str]]:
    named, keys = gate.properties.get("Workloads", []), {"Namespace", "Kind", "Name"}
    return [(w["Namespace"], w["Kind"], w["Name"]) for w in named if keys <= w.keys()]


def _gate(gate: Resource, after: AppliedObjects, before: AppliedObjects | None) -> tuple[Step, ...]:
    waits: list[tuple[Step, ...]] = []
    for namespace, kind, name in _named(gate):
        workload = after.find(gate.stack, namespace, kind, name)
        was = before.find(gate.stack, namespace, kind, name) if before else None
        if workload and was:
            steps = roll(was, workload, _pods(after, workload))
            waits.append((*steps, *(analyses(workload, after.objects) if steps else ())))
        elif workload:
            volumes = [one.volume for one in claims(after.assembly) if one.owner == workload]
            needs_node = _needs_node(after, workload)
            waits.append(first_start(workload, volumes, needs_node=needs_node))
    return max(waits, key=lambda steps: total(one.seconds for one in steps).high, default=())


def _needs_node(pods: AppliedObjects, workload: KubernetesObject) -> bool:
    """Whether all groups that a workload's pods run on begin without a node."""
    placement = placement_in(pods.placements, cluster_of(pods.assembly, workload))
    return placement is not None and placement.starts_a_node_for(workload_key(workload))


def _pods(pods: AppliedObjects, wanted: KubernetesObject) -> int:
    for workload in replicas(pods.assembly, pods.objects):
        if workload.object == wanted:
            return int(workload.pods.usual)
    return 1
