"""A cluster while pods are being placed: what is where, and what is left."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from plan.model.nodes import Node
from plan.model.pods import AffinityTerm, Pod, PodClaim, PodTemplate, SpreadConstraint
from plan.model.quantities import PODS
from plan.model.taints import UNREACHABLE


class NodeState:
    """A node with the pods on it."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.is_unreachable = False
        self.pods: dict[Pod, None] = {}
        """In the order in which they came."""
        self.templates: Counter[PodTemplate] = Counter()
        self.allocatable = dict(node.allocatable)
        self.used: Counter[str] = Counter()
        self.scored_used = (0, 0)
        """CPU and memory as scores see them."""

    def copy(self) -> "NodeState":
        """Return a copy that changes alone."""
        other = NodeState(self.node)
        other.is_unreachable = self.is_unreachable
        other.pods = dict(self.pods)
        other.templates = Counter(self.templates)
        other.allocatable = dict(self.allocatable)
        other.used = Counter(self.used)
        other.scored_used = self.scored_used
        return other

    def add(self, pod: Pod) -> None:
        self.pods[pod] = None
        self._count(pod.template, 1)
        if pod.template.devices:
            self.allocatable |= pod.template.devices.advertised(self.node.gpus, self.node.labels)

    def remove(self, pod: Pod) -> None:
        del self.pods[pod]
        self._count(pod.template, -1)

    def left(self, resource: str) -> int:
        """Return how much of a resource is not requested."""
        return self.allocatable.get(resource, 0) - self.used[resource]

    def _count(self, template: PodTemplate, sign: int) -> None:
        self.templates[template] += sign
        if not self.templates[template]:
            del self.templates[template]
        self.used[PODS] += sign
        for resource, asked in template.requests.items():
            self.used[resource] += sign * asked
        cpu, memory = self.scored_used
        more_cpu, more_memory = template.scored_requests
        self.scored_used = (cpu + sign * more_cpu, memory + sign * more_memory)


class ClusterState:
    """Nodes, the pods on them, and the zones that volumes have been made in."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.states = {node.name: NodeState(node) for node in nodes}
        self.where: dict[Pod, NodeState] = {}
        self.zones: dict[str, str] = {}
        """The zone of each claim's volume, by the claim's key."""
        self._selections: dict[tuple[AffinityTerm | SpreadConstraint, PodTemplate], bool] = {}

    def copy(self) -> "ClusterState":
        """Return a copy that changes alone."""
        other = ClusterState(())
        other.states = {name: state.copy() for name, state in self.states.items()}
        other.where = {pod: other.states[state.node.name] for pod, state in self.where.items()}
        other.zones = dict(self.zones)
        other._selections = self._selections
        return other

    def bind(self, pod: Pod, state: NodeState) -> None:
        """Put a pod onto a node; its volumes come to be in the node's zone."""
        state.add(pod)
        self.where[pod] = state
        for claim in pod.claims:
            if claim.is_zonal:
                self.zones.setdefault(claim.key, state.node.zone)

    def unbind(self, pod: Pod) -> None:
        self.where.pop(pod).remove(pod)

    def join(self, node: Node) -> NodeState:
        state = self.states[node.name] = NodeState(node)
        return state

    def remove(self, name: str) -> list[Pod]:
        """Take a node away; return the pods that were on it."""
        gone = list(self.states.pop(name).pods)
        for pod in gone:
            del self.where[pod]
        return gone

    def mark_unreachable(self, zone: str) -> list[Pod]:
        """Taint the nodes of a zone as unreachable; return the pods that are evicted from them."""
        evicted = []
        for state in self.states.values():
            if state.node.zone == zone:
                state.is_unreachable = True
                state.node = replace(state.node, taints=(*state.node.taints, *UNREACHABLE))
                evicted += [pod for pod in state.pods if pod.only_node is None]
        for pod in evicted:
            self.unbind(pod)
        return evicted

    def selects(self, chooser: AffinityTerm | SpreadConstraint, template: PodTemplate) -> bool:
        """Whether a rule of one pod means another; asked often, so it is remembered."""
        key = (chooser, template)
        if key not in self._selections:
            self._selections[key] = chooser.selects(template)
        return self._selections[key]

    def charged(self, namespace: str, quota: str) -> Counter[str]:
        """Return what the pods of a namespace count for in one of its quotas."""
        found: Counter[str] = Counter()
        for state in self.states.values():
            for template, number in state.templates.items():
                if template.namespace == namespace and quota in template.quota_names:
                    for key, amount in template.charged.items():
                        found[key] += amount * number
        return found

    def provision(self, claim: PodClaim, zone: str) -> None:
        """Make the volume of a claim that does not wait for its pod."""
        self.zones.setdefault(claim.key, zone)
