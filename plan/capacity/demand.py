"""What an assembly puts into each of its clusters: nodes, and pods that need one."""

from dataclasses import dataclass

from plan.assembly import Assembly, Resource
from plan.capacity.addons import add_on_objects
from plan.capacity.nodes import NODE_GROUP, NodeGroup, node_group
from plan.capacity.workloads import KINDS, Workload, workloads
from plan.kubernetes import helm_releases, kubernetes_objects

_NODE_AUTOSCALER = "cluster-autoscaler"


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Node groups and workloads of one cluster."""

    cluster: str
    stack: str
    groups: tuple[NodeGroup, ...]
    workloads: tuple[Workload, ...]
    uncounted: tuple[str, ...]
    """Add-ons and charts that the catalog does not know, and what makes pods now and then."""
    grows: bool
    """Whether a cluster autoscaler adds nodes for pods that wait."""


def demands(assembly: Assembly) -> list[Demand]:
    """Read the clusters that have node groups; raise `PlanError` for what cannot be read."""
    groups = assembly.of_type(NODE_GROUP)
    add_ons, unknown = add_on_objects(assembly)
    objects = [*add_ons, *kubernetes_objects(assembly)]
    scalers = [one.resource for one in helm_releases(assembly) if one.chart == _NODE_AUTOSCALER]

    def is_in(resource: Resource, cluster: str) -> bool:
        return _cluster(resource, assembly) == cluster

    return [
        Demand(
            cluster=_name(here[0], assembly),
            stack=here[0].stack,
            groups=tuple(node_group(resource, assembly) for resource in here),
            workloads=tuple(workloads(one for one in objects if is_in(one.resource, cluster))),
            uncounted=(
                *(name for name, resource in unknown if is_in(resource, cluster)),
                *(
                    f"{one.kind} {one.name}"
                    for one in objects
                    if one.pod_template and one.kind not in KINDS and is_in(one.resource, cluster)
                ),
            ),
            grows=any(is_in(resource, cluster) for resource in scalers),
        )
        for cluster in dict.fromkeys(_cluster(resource, assembly) for resource in groups)
        if (here := [resource for resource in groups if is_in(resource, cluster)])
    ]


def _cluster(resource: Resource, assembly: Assembly) -> str:
    """Name a resource's cluster alike in all stacks."""
    named = str(resource.properties.get("ClusterName"))
    target = assembly.target(resource.stack, named)
    return f"{target.stack}/{target.logical_id}" if target else named


def _name(resource: Resource, assembly: Assembly) -> str:
    named = str(resource.properties.get("ClusterName"))
    target = assembly.target(resource.stack, named)
    return str(target.properties.get("Name", target.logical_id)) if target else named
