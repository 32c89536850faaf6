"""The nodes that a cluster autoscaler adds for pods that wait."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plan.capacity.cluster_state import ClusterState
from plan.capacity.filters import Filters
from plan.model.nodes import Node, NodeGroup
from plan.model.pods import Pod
from plan.model.workloads import AppliedWorkload


@dataclass(frozen=True, kw_only=True)
class ClusterAutoscaling:
    """Node pools, which grow up to their limit, and what runs on each new node from its start."""

    groups: Sequence[NodeGroup]
    daemons: Sequence[AppliedWorkload]

    def node_for(
        self, pods: Iterable[Pod], cluster: ClusterState, lost: Counter[str]
    ) -> tuple[Node, list[Pod]] | None:
        """Return a node that would take one of the pods, with its daemons; None if none would.

        Nodes that were lost are not replaced, those of an unreachable zone are: in another one.
        """
        nodes = [state.node for state in cluster.states.values() if not state.is_unreachable]
        unreachable = {state.node.zone for state in cluster.states.values() if state.is_unreachable}
        sizes = Counter(node.group for node in nodes)
        hopeful = [pod for pod in pods if pod.only_node is None and pod.missing is None]
        for group in self.groups:
            zones = [zone for zone in group.zones if zone not in unreachable]
            if zones and sizes[group.name] < group.maximum - lost[group.name]:
                node = group.node(_free_number(group, cluster), _emptiest(zones, group, nodes))
                daemons = [pod for one in self.daemons for pod in one.daemon_pods([node])]
                if _helps(node, daemons, hopeful, cluster):
                    return node, daemons
        return None


def _free_number(group: NodeGroup, cluster: ClusterState) -> int:
    """Return a number that no node of the group has."""
    nodes = (state.node for state in cluster.states.values())
    return max((node.number for node in nodes if node.group == group.name), default=-1) + 1


def _emptiest(zones: Sequence[str], group: NodeGroup, nodes: Iterable[Node]) -> str:
    """Return the zone with the fewest nodes of a group, where its scaling group adds one."""
    there = Counter(node.zone for node in nodes if node.group == group.name)
    return min(zones, key=lambda zone: there[zone])


def _helps(node: Node, daemons: Iterable[Pod], pods: Iterable[Pod], cluster: ClusterState) -> bool:
    """Whether a node that carries its daemons takes one of the pods."""
    tried = cluster.copy()
    state = tried.join(node)
    for daemon in daemons:
        tried.bind(daemon, state)
    return any(
        Filters(tried, pod).refusal(state) is None
        for pod in pods
        if pod.after is None or pod.after in tried.where
    )
