"""What an assembly puts into each of its clusters, and where in it pods are placed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plan.model.addons import add_on_objects
from plan.model.argo import TEMPLATE, is_counted, step_objects, workflow_steps
from plan.model.assembly import Assembly, Resource
from plan.model.kubernetes import KubernetesObject, cluster_of, kubernetes_objects
from plan.model.node_pools import node_pools
from plan.model.nodes import NODE_GROUP, NodeGroup, node_group
from plan.model.templates import not_modelled
from plan.model.workloads import AppliedWorkload, is_placed, workloads


@dataclass(frozen=True, kw_only=True)
class ClusterWorkloads:
    """Node groups, node pools and workloads of one cluster."""

    key: str
    """What it is called in all stacks: `Stack/LogicalId`, or its name."""
    name: str
    """What people call it."""
    stack: str
    resource: Resource | None
    """None for a cluster that the assembly does not hold."""
    groups: tuple[NodeGroup, ...]
    workloads: tuple[AppliedWorkload, ...]
    uncounted: tuple[str, ...]
    """Whose pods are not placed: add-ons and charts that the catalog does not know, and objects
    with containers in them whose kind is not known, such as Argo's Workflow or KEDA's ScaledJob;
    and what of pods is not looked at."""

    @property
    def grows(self) -> bool:
        """Whether nodes are added for pods that wait."""
        return any(group.grows for group in self.groups)


def clusters(assembly: Assembly) -> list[ClusterWorkloads]:
    """Read the clusters that have node groups; raise `PlanError` for what cannot be read."""
    groups: dict[str, list[Resource]] = {}
    for resource in assembly.of_type(NODE_GROUP):
        groups.setdefault(cluster_of(assembly, resource), []).append(resource)
    add_ons, unknown = add_on_objects(assembly)
    applied_objects = kubernetes_objects(assembly)
    objects = [*add_ons, *applied_objects, *step_objects(assembly, applied_objects)]
    return [
        ClusterWorkloads(
            key=key,
            name=_name(here[0], assembly),
            stack=here[0].stack,
            resource=_resource(here[0], assembly),
            groups=(
                *(node_group(resource, assembly) for resource in here),
                *(pool.group(assembly) for pool in node_pools(applied)),
            ),
            workloads=tuple(workloads(applied)),
            uncounted=(
                *(name for name, resource in unknown if cluster_of(assembly, resource) == key),
                *_uncounted(applied),
            ),
        )
        for key, here in groups.items()
        for applied in [[one for one in objects if cluster_of(assembly, one) == key]]
    ]


def _uncounted(objects: Iterable[KubernetesObject]) -> Iterator[str]:
    known = list(objects)
    steps = workflow_steps(known)
    for one in known:
        if one.kind == TEMPLATE and is_counted(one, steps):
            continue
        if one.containers and not is_placed(one):
            yield f"{one.kind} {one.name}"
        elif one.pod_template:
            yield from (
                f"{field} of {one.kind} {one.name}"
                for field in not_modelled(one.pod_template["spec"])
            )


def _resource(group: Resource, assembly: Assembly) -> Resource | None:
    return assembly.target(group.stack, str(group.properties.get("ClusterName")))


def _name(group: Resource, assembly: Assembly) -> str:
    target = _resource(group, assembly)
    named = str(group.properties.get("ClusterName"))
    return str(target.properties.get("Name", target.logical_id)) if target else named


NO_NODE = ""
"""Stands for the node group of pods that find no node."""

PodCounts = Mapping[tuple[str, str], int]
"""Numbers of pods by the name of their node group and the key of their workload."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The pods of a cluster at minimum scale, and with every autoscaler at its maximum."""

    cluster: ClusterWorkloads
    at_minimum: PodCounts
    at_maximum: PodCounts
    gpus: Mapping[str, int]
    """GPUs, or slices of them where they are shared, that each group offers at minimum scale."""
    nodes: Mapping[str, int]
    """Nodes of each group at minimum scale, those that pods have started included."""

    def starts_a_node_for(self, workload: str) -> bool:
        """Whether all pods of a workload run on groups that begin without a node."""
        empty = {group.name for group in self.cluster.groups if not group.desired}
        groups = {group for (group, key), pods in self.at_maximum.items() if key == workload}
        return bool(groups) and groups <= empty


def placement_in(placements: Iterable[Placement], cluster: str) -> Placement | None:
    """Return the placement of a cluster by its key; None if it has no node groups."""
    return next((one for one in placements if one.cluster.key == cluster), None)
