"""Pods are kept apart by a label that no machine has, and so by nothing."""

from collections.abc import Iterator

from plan.changes.machines import is_label_of
from plan.changes.nouns import Added, Change, Changed, Risk, Severity, Topic
from plan.changes.sides import Side, Sides
from plan.changes.values import as_list, at, some
from plan.model.kubernetes import KubernetesObject, cluster_of, in_cluster
from plan.model.nodes import NODE_GROUP
from plan.model.templates import topology_keys

_POOL = "NodePool"
_KARPENTER = "karpenter."
"""Begins the labels that Karpenter gives to its nodes (karpenter.sh/docs/concepts/nodepools)."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield pods whose rules about one another name a label of machines that none has."""
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            yield from _of_nothing(after, sides.after, _unknown(before, sides.before))
        case Added(KubernetesObject() as item):
            yield from _of_nothing(item, sides.after, set())


def _of_nothing(item: KubernetesObject, side: Side, known: set[str]) -> Iterator[Risk]:
    if lost := sorted(_unknown(item, side) - known):
        sentence = (
            f"places its pods by {some(lost)}, which no node has: all of them may be on one "
            "machine, or none finds any; `kubernetes.io/hostname` is the label of each node, "
            "`topology.kubernetes.io/zone` that of its zone"
        )
        yield Risk.of(item, Topic.PODS, Severity.RISKY, sentence)


def _unknown(item: KubernetesObject, side: Side) -> set[str]:
    """Return labels by which pods keep apart or together, of those that machines do not have."""
    if item.pod_template is None:
        return set()
    cluster = cluster_of(side.assembly, item)
    groups = in_cluster(side.assembly, cluster, side.assembly.of_type(NODE_GROUP))
    here = in_cluster(side.assembly, cluster, side.objects)
    written = {key for one in here if one.kind == _POOL for key in _labels_of(one)}
    keys = set(topology_keys(item.pod_template["spec"])) - written
    return {
        key
        for key in keys
        if groups
        and not key.startswith(_KARPENTER)
        and not any(is_label_of(one, key) for one in groups)
    }


def _labels_of(pool: KubernetesObject) -> Iterator[str]:
    """Yield the labels that the nodes of a pool of Karpenter have, beside Karpenter's own."""
    template = at(pool.document, "spec.template")
    yield from at(template, "metadata.labels") or {}
    yield from (one["key"] for one in as_list(at(template, "spec.requirements")))
