"""What an assembly puts into each of its clusters: nodes, and pods that need one."""

from dataclasses import dataclass

from plan.model.addons import add_on_objects
from plan.model.assembly import Assembly, Resource
from plan.model.kubernetes import cluster_of, helm_releases, kubernetes_objects
from plan.model.nodes import NODE_GROUP, NodeGroup, node_group
from plan.model.workloads import Workload, is_placed, workloads

_NODE_AUTOSCALER = "cluster-autoscaler"


@dataclass(frozen=True, kw_only=True)
class ClusterWorkloads:
    """Node groups and workloads of one cluster."""

    key: str
    """What it is called in all stacks: `Stack/LogicalId`, or its name."""
    cluster: str
    """What people call it."""
    stack: str
    resource: Resource | None
    """None for a cluster that the assembly does not hold."""
    groups: tuple[NodeGroup, ...]
    workloads: tuple[Workload, ...]
    uncounted: tuple[str, ...]
    """Whose pods are not placed: add-ons and charts that the catalog does not know, and objects
    with containers in them whose kind is not known, such as Argo's Workflow or KEDA's ScaledJob."""
    grows: bool
    """Whether a cluster autoscaler adds nodes for pods that wait."""


def clusters(assembly: Assembly) -> list[ClusterWorkloads]:
    """Read the clusters that have node groups; raise `PlanError` for what cannot be read."""
    groups = assembly.of_type(NODE_GROUP)
    add_ons, unknown = add_on_objects(assembly)
    objects = [*add_ons, *kubernetes_objects(assembly)]
    scalers = [one.resource for one in helm_releases(assembly) if one.chart == _NODE_AUTOSCALER]

    def is_in(resource: Resource, cluster: str) -> bool:
        return cluster_of(assembly, resource) == cluster

    return [
        ClusterWorkloads(
            key=cluster,
            cluster=_name(here[0], assembly),
            stack=here[0].stack,
            resource=_resource(here[0], assembly),
            groups=tuple(node_group(resource, assembly) for resource in here),
            workloads=tuple(workloads(one for one in objects if is_in(one.resource, cluster))),
            uncounted=(
                *(name for name, resource in unknown if is_in(resource, cluster)),
                *(
                    f"{one.kind} {one.name}"
                    for one in objects
                    if one.containers and not is_placed(one) and is_in(one.resource, cluster)
                ),
            ),
            grows=any(is_in(resource, cluster) for resource in scalers),
        )
        for cluster in dict.fromkeys(cluster_of(assembly, resource) for resource in groups)
        if (here := [resource for resource in groups if is_in(resource, cluster)])
    ]


def _resource(group: Resource, assembly: Assembly) -> Resource | None:
    return assembly.target(group.stack, str(group.properties.get("ClusterName")))


def _name(group: Resource, assembly: Assembly) -> str:
    target = _resource(group, assembly)
    named = str(group.properties.get("ClusterName"))
    return str(target.properties.get("Name", target.logical_id)) if target else named
