"""Old and new at once want what only one of them can have."""

from collections.abc import Iterator

from plan.changes.nouns import Added, Change, Changed, Risk, Severity, Topic, subject
from plan.changes.order import is_first
from plan.changes.risks.leftovers import is_left_behind
from plan.changes.sides import Side, Sides, key
from plan.changes.values import as_list, at, number, some
from plan.model.kubernetes import KubernetesObject, cluster_of, in_cluster
from plan.model.scaling import AUTOSCALERS, pod_autoscaler
from plan.model.selectors import label_selector
from plan.model.workloads import Rolling, update_of

_OF_ONE = {"ReadWriteOnce", "ReadWriteOncePod"}


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield volumes and ports that the new one needs while the old one still has them."""
    match change:
        case Added(KubernetesObject() as item) | Changed(item=KubernetesObject() as item):
            yield from _taken_ports(item, sides)
            yield from _rivals(item, sides)
            before = sides.before.twin(item)
            old = before.pod_template if isinstance(before, KubernetesObject) else None
            if item.pod_template != old and (held := list(_held(item, sides.after))):
                sentence = (
                    f"has {some(held)}, which the machines of two pods cannot have at once: a new "
                    "pod waits for the old one to let go, and the old one stays until the new one "
                    "is ready; update it by `type: Recreate`"
                )
                yield Risk.of(item, Topic.MEANWHILE, Severity.RISKY, sentence)
        case _:
            pass


def _taken_ports(item: KubernetesObject, sides: Sides) -> Iterator[Risk]:
    """Yield ports of nodes that another Service gives up only later, or never."""
    before = sides.before.twin(item)
    own = _node_ports(before) if isinstance(before, KubernetesObject) else set()
    wanted, assembly = _node_ports(item) - own, sides.before.assembly
    for other in in_cluster(assembly, cluster_of(assembly, item), sides.before.objects):
        taken = wanted & _node_ports(other)
        if taken and not _lets_go(other, item, wanted, sides):
            sentence = (
                f"wants port {some(sorted(taken))} of the nodes, which {subject(other)} still has "
                f"then, and Kubernetes refuses that: `cdk deploy {other.stack}` first without "
                f"{subject(other)}, or with another port there"
            )
            yield Risk.of(item, Topic.REFUSED, Severity.RISKY, sentence)


def _lets_go(
    other: KubernetesObject, item: KubernetesObject, ports: set[int], sides: Sides
) -> bool:
    """Whether a Service has given up ports before another one is applied."""
    left = sides.after.twin(other)
    return (
        isinstance(left, KubernetesObject)
        and not ports & _node_ports(left)
        and is_first(left.resource, item.resource, sides.after.assembly)
    )


def _node_ports(item: KubernetesObject) -> set[int]:
    if item.kind != "Service":
        return set()
    return {
        one["nodePort"] for one in as_list(at(item.document, "spec.ports")) if "nodePort" in one
    }


def _held(item: KubernetesObject, side: Side) -> Iterator[str]:
    """Yield the volumes of one machine that a rolling update wants on two."""
    pods = number(at(item.document, "spec.replicas"))
    match update_of(item.kind, item.workload) if item.pod_template else None:
        case Rolling() as rolling if rolling.of(int(pods or 1))[1] == 0:
            claims = {
                at(volume, "persistentVolumeClaim.claimName")
                for volume in as_list(at(item.pod_template, "spec.volumes"))
            }
            for one in in_cluster(side.assembly, cluster_of(side.assembly, item), side.objects):
                if one.kind == "PersistentVolumeClaim" and one.namespace == item.namespace:
                    modes = set(as_list(at(one.document, "spec.accessModes")))
                    if one.name in claims and modes and modes <= _OF_ONE:
                        yield subject(one)


def _rivals(item: KubernetesObject, sides: Sides) -> Iterator[Risk]:
    """Yield others that act on the same pods, where only one may."""
    why = _why_only_one(item)
    before = sides.before.twin(item)
    if why is None:
        return
    left = [one for one in sides.before.objects if is_left_behind(one, sides)]
    for other in (*sides.after.objects, *left):
        shared = _acts_on(item, other, sides.after)
        was = isinstance(before, KubernetesObject) and _acts_on(before, other, sides.before)
        if shared and not was:
            what = f"{some(map(subject, shared))} as {subject(other)} does, too"
            where = f"-n {other.namespace} " if other.namespace else ""
            remedy = (
                f"right after the deploy, `kubectl {where}delete {other.kind.lower()} "
                f"{other.name}`, which stays in the cluster"
                if other in left
                else "leave one of both out"
            )
            yield Risk.of(item, Topic.MEANWHILE, Severity.RISKY, f"acts on {what}, {why}: {remedy}")


def _acts_on(one: KubernetesObject, other: KubernetesObject, side: Side) -> list[KubernetesObject]:
    """Return the workloads on which two objects of a kind both act."""
    if (
        key(one) == key(other)
        or _why_only_one(one) != _why_only_one(other)
        or (one.cluster, one.namespace) != (other.cluster, other.namespace)
    ):
        return []
    return [pods for pods in side.objects if _is_for(one, pods) and _is_for(other, pods)]


def _why_only_one(item: KubernetesObject) -> str | None:
    """Return what happens if two of a kind act on the same pods; None where that is right."""
    if item.kind == "PodDisruptionBudget":
        return (
            "and a pod that two budgets select cannot be evicted, so that no drain of its node "
            "ends (kubernetes#75957)"
        )
    if item.kind in AUTOSCALERS:
        return "and neither of two autoscalers then scales (AmbiguousSelector), or KEDA refuses one"
    return None


def _is_for(item: KubernetesObject, pods: KubernetesObject) -> bool:
    if (item.cluster, item.namespace) != (pods.cluster, pods.namespace):
        return False
    if item.kind in AUTOSCALERS:
        return pod_autoscaler(item).owns(pods)
    selector = label_selector(at(item.document, "spec.selector"))
    labels = at(pods.pod_template, "metadata.labels") or {}
    return pods.pod_template is not None and selector is not None and selector.matches(labels)
