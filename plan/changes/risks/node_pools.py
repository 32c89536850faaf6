"""Node pools of Karpenter: their machines are made otherwise, are fewer, or go."""

from collections.abc import Iterator, Sequence

from plan.changes.machines import admits, machines_in
from plan.changes.nouns import Change, Changed, Field, Removed, Risk, Severity, Topic, subject
from plan.changes.sides import Sides
from plan.changes.values import some
from plan.model.kubernetes import KubernetesObject, cluster_of, in_cluster
from plan.model.node_pools import NodePool, is_pool, node_pools

_TEMPLATE = "spec.template."
_LIMITS = "spec.limits.nodes"
"""Other limits say the same in other units."""
_CLASS = "karpenter.k8s.aws/"


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield what becomes of the machines of a pool."""
    match change:
        case Changed(item=KubernetesObject(kind="EC2NodeClass") as item, fields=fields):
            if item.api_version.startswith(_CLASS):
                yield _drifts(item, [one for one in fields if one.path.startswith("spec.")])
                yield from _opened(item, fields)
        case Changed(item=KubernetesObject() as item, fields=fields) if is_pool(item):
            if template := [one for one in fields if one.path.startswith(_TEMPLATE)]:
                yield _drifts(item, template)
            yield from _limited(item, fields)
        case Removed(KubernetesObject() as item) if is_pool(item):
            yield _removed(item, sides)
        case _:
            pass


def _drifts(item: KubernetesObject, fields: Sequence[Field]) -> Risk:
    sentence = (
        f"makes other machines ({some(one.path.removeprefix(_TEMPLATE) for one in fields)}): "
        "Karpenter replaces those that no longer match as the pool's disruption budget lets it, "
        "and never under a pod that has `karpenter.sh/do-not-disrupt`"
    )
    return Risk.of(item, Topic.NODES, Severity.NOTICE, sentence)


def _opened(item: KubernetesObject, fields: Sequence[Field]) -> Iterator[Risk]:
    """Yield that pods reach the role of their machine, and that disks are no longer encrypted."""
    for one in fields:
        name = one.path.rpartition(".")[2]
        if name == "httpPutResponseHopLimit" and _is_less(one, turned=True):
            sentence = "lets pods have the credentials of their node's role"
            yield Risk.of(item, Topic.EXPOSURE, Severity.RISKY, sentence)
        if name == "httpTokens" and one.after != "required":
            sentence = (
                "lets whoever makes a machine forward a request have the credentials of their "
                "node's role"
            )
            yield Risk.of(item, Topic.EXPOSURE, Severity.RISKY, sentence)
        if name == "encrypted" and one.before is True and not one.after:
            sentence = "no longer encrypts the disks of machines"
            yield Risk.of(item, Topic.PROTECTION, Severity.RISKY, sentence)


def _limited(item: KubernetesObject, fields: Sequence[Field]) -> Iterator[Risk]:
    lower = [
        f"{one.path.rpartition('.')[2]} from {one.before} to {one.after}"
        for one in fields
        if one.path.startswith(_LIMITS) and _is_less(one)
    ]
    if lower:
        sentence = (
            f"may have fewer machines: {', '.join(lower)}; none ends for that, but none comes "
            "for pods that wait until there are fewer"
        )
        yield Risk.of(item, Topic.NODES, Severity.NOTICE, sentence)


def _is_less(field: Field, *, turned: bool = False) -> bool:
    """Whether a number is less than before, or more if it is turned."""
    try:
        before, after = int(str(field.before)), int(str(field.after))
    except ValueError:
        return field.before is None and field.after is not None
    return after > before if turned else after < before


def _removed(item: KubernetesObject, sides: Sides) -> Risk:
    """Say whose pods may run nowhere else then; with the pool its machines end."""
    cluster = cluster_of(sides.before.assembly, item)
    (pool,) = (one for one in _pools(sides, cluster) if one.applied is item)
    left = machines_in(sides.after, cluster)
    stranded = [
        subject(one)
        for one in in_cluster(sides.after.assembly, cluster, sides.after.objects)
        if one.pod_template
        for pod in [one.pod_template["spec"]]
        if admits(pool, pod) and not any(admits(other, pod) for other in left)
    ]
    if stranded:
        sentence = (
            f"ends with its machines, and {some(stranded)} may run on no other ones: change where "
            "their pods run first, or keep the pool"
        )
        return Risk.of(item, Topic.NODES, Severity.RISKY, sentence)
    sentence = "ends with its machines: the pods on them need capacity elsewhere"
    return Risk.of(item, Topic.NODES, Severity.RISKY, sentence)


def _pools(sides: Sides, cluster: str) -> list[NodePool]:
    before = sides.before
    return list(node_pools(in_cluster(before.assembly, cluster, before.objects)))
