"""Whether a pod may run on a node: the scheduler's filters, in its order and with its words.

Read in pkg/scheduler/framework/plugins of Kubernetes 1.36: taints, node affinity, resources,
volumes, spread, pod anti-affinity. The first that refuses a node ends the matter for that node.
Left out: what `plan.model.templates.not_modelled` names, limits of volumes per node, and what
dynamic resource allocation brings.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from plan.capacity.cluster_state import ClusterState, NodeState
from plan.capacity.topology import AntiAffinity, TopologySpread
from plan.model.pods import Pod, PodTemplate
from plan.model.quantities import CPU, MEMORY, PODS, STORAGE
from plan.model.taints import NO_EXECUTE, NO_SCHEDULE, untolerated

_IN_ORDER = (CPU, MEMORY, STORAGE)


@dataclass(frozen=True)
class NodeRefusal:
    """Why a node does not take a pod; `is_final` if no other pod's leaving would help."""

    reasons: tuple[str, ...]
    is_final: bool = True


_TAINT = NodeRefusal(("node(s) had untolerated taint(s)",))
_AFFINITY = NodeRefusal(("node(s) didn't match Pod's node affinity/selector",))
_VOLUME = NodeRefusal(("node(s) didn't match PersistentVolume's node affinity",))
_PROVISION = NodeRefusal(("node(s) didn't find available persistent volumes to bind",))
_NO_SPREAD_LABEL = NodeRefusal(
    ("node(s) didn't match pod topology spread constraints (missing required label)",)
)
_SPREAD = NodeRefusal(("node(s) didn't match pod topology spread constraints",), is_final=False)
_ANTI_AFFINITY = NodeRefusal(("node(s) didn't match pod anti-affinity rules",), is_final=False)
_OTHERS_ANTI_AFFINITY = NodeRefusal(
    ("node(s) didn't satisfy existing pods anti-affinity rules",), is_final=False
)


class Filters:
    """The filters for one pod, on the cluster as it is now."""

    def __init__(self, cluster: ClusterState, pod: Pod) -> None:
        self._cluster = cluster
        self._pod = pod
        self._spread = [
            TopologySpread(cluster, pod.template, one) for one in pod.template.hard_spread
        ]
        self._anti_affinity = AntiAffinity(cluster, pod.template)

    def refusal(self, state: NodeState) -> NodeRefusal | None:
        """Return why a node does not take the pod; None if it does."""
        return (
            refused_by_node(self._pod.template, state)
            or self._by_resources(state)
            or self._by_volumes(state)
            or self._by_spread(state)
            or self._by_anti_affinity(state)
        )

    def _by_resources(self, state: NodeState) -> NodeRefusal | None:
        short = list(_insufficient(self._pod.template, state))
        if not short:
            return None
        reasons = ["Too many pods" if name == PODS else f"Insufficient {name}" for name, _ in short]
        return NodeRefusal(tuple(reasons), is_final=any(never for _, never in short))

    def _by_volumes(self, state: NodeState) -> NodeRefusal | None:
        zone = state.node.zone
        zonal = [claim for claim in self._pod.claims if claim.is_zonal]
        made = [self._cluster.zones.get(claim.key) for claim in zonal]
        if any(found not in (None, zone) for found in made):
            return _VOLUME
        if any(
            found is None and claim.zones is not None and zone not in claim.zones
            for claim, found in zip(zonal, made, strict=True)
        ):
            return _PROVISION
        return None

    def _by_spread(self, state: NodeState) -> NodeRefusal | None:
        for spread in self._spread:
            if not spread.has_label(state):
                return _NO_SPREAD_LABEL
            if spread.skew(state) > spread.constraint.max_skew:
                return _SPREAD
        return None

    def _by_anti_affinity(self, state: NodeState) -> NodeRefusal | None:
        if self._anti_affinity.refuses(state):
            return _ANTI_AFFINITY
        return _OTHERS_ANTI_AFFINITY if self._anti_affinity.is_refused(state) else None


def refused_by_node(template: PodTemplate, state: NodeState) -> NodeRefusal | None:
    """Return why a node never takes such pods, whatever runs on it."""
    if untolerated(state.node.taints, template.tolerations, NO_SCHEDULE, NO_EXECUTE):
        return _TAINT
    if not template.node_selection.matches(state.node.labels):
        return _AFFINITY
    return None


def _insufficient(template: PodTemplate, state: NodeState) -> Iterator[tuple[str, bool]]:
    """Name what is short on a node, and whether it would be on an empty one, too."""
    if state.left(PODS) < 1:
        yield PODS, False
    others = sorted(template.requests.keys() - set(_IN_ORDER))
    for resource in (*_IN_ORDER, *others):
        asked = template.requests.get(resource, 0)
        if asked > 0 and asked > state.left(resource):
            yield resource, asked > state.allocatable.get(resource, 0)
