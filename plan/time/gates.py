"""Release gates: resources that are complete only when the workloads they name serve."""

from dataclasses import dataclass, field
from functools import cached_property

from plan.assembly import Assembly, Resource, Stack
from plan.capacity.nodes import NODE_GROUP, node_group
from plan.capacity.selectors import node_selection
from plan.capacity.taints import tolerations
from plan.cost.volumes import claims
from plan.cost.workloads import cluster_of, named, workloads
from plan.kubernetes import KubernetesObject, kubernetes_objects
from plan.time.finding import Step, total
from plan.time.pods import first_start, roll


@dataclass(frozen=True)
class Pods:
    """What is known of the pods of an assembly."""

    assembly: Assembly = field(repr=False)

    @cached_property
    def objects(self) -> list[KubernetesObject]:
        """Return all Kubernetes objects."""
        return kubernetes_objects(self.assembly)

    def find(self, stack: str, namespace: str, kind: str, name: str) -> KubernetesObject | None:
        """Return an object by its stack and its name; None if it is not there."""
        for one in self.objects:
            if (one.stack, one.namespace, one.kind, one.name) == (stack, namespace, kind, name):
                return one
        return None


def gate_steps(stack: Stack, after: Pods, before: Pods | None) -> dict[str, tuple[Step, ...]]:
    """Return what each gate of a stack waits for: the slowest of its workloads."""
    return {
        resource.logical_id: _gate(resource, after, before)
        for resource in stack.resources.values()
        if resource.type.startswith("Custom::") and _named(resource)
    }


def _named(gate: Resource) -> list[tuple[str, str, str]]:
    named, keys = gate.properties.get("Workloads", []), {"Namespace", "Kind", "Name"}
    return [(w["Namespace"], w["Kind"], w["Name"]) for w in named if keys <= w.keys()]


def _gate(gate: Resource, after: Pods, before: Pods | None) -> tuple[Step, ...]:
    waits: list[tuple[Step, ...]] = []
    for namespace, kind, name in _named(gate):
        workload = after.find(gate.stack, namespace, kind, name)
        was = before.find(gate.stack, namespace, kind, name) if before else None
        if workload and was:
            waits.append(roll(was, workload, _pods(after, workload)))
        elif workload:
            volumes = [one.volume for one in claims(after.assembly) if one.owner == workload]
            needs_node = _needs_node(after.assembly, workload)
            waits.append(first_start(workload, volumes, needs_node=needs_node))
    return max(waits, key=lambda steps: total(one.seconds for one in steps).high, default=())


def _needs_node(assembly: Assembly, workload: KubernetesObject) -> bool:
    """Whether all node groups that let a workload's pods in begin without a node."""
    spec = workload.document["spec"]["template"]["spec"]
    tolerated, selection = tolerations(spec.get("tolerations")), node_selection(spec)
    sizes = [
        group.desired
        for resource in assembly.of_type(NODE_GROUP)
        if named(assembly, resource.stack, str(resource.properties.get("ClusterName")))
        == cluster_of(assembly, workload)
        for group in [node_group(resource, assembly)]
        if group.lets_in(tolerated, selection)
    ]
    return bool(sizes) and not any(sizes)


def _pods(pods: Pods, wanted: KubernetesObject) -> int:
    for workload in workloads(pods.assembly, pods.objects):
        if workload.object == wanted:
            return int(workload.pods.usual)
    return 1
