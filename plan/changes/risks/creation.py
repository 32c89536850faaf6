"""New pods may be made before what they read only then, and keep for ever what was there."""

from collections.abc import Iterator

from plan.changes.nouns import (
    Added,
    Change,
    Changed,
    Item,
    Replaced,
    Risk,
    Severity,
    Topic,
    subject,
)
from plan.changes.order import is_first
from plan.changes.risks.restarts import READ_AT_START, content, reads, restarts
from plan.changes.sides import Sides
from plan.changes.values import at, some
from plan.model.assembly import Resource
from plan.model.kubernetes import KubernetesObject, cluster_of

_ASSOCIATION = "AWS::EKS::PodIdentityAssociation"


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield what comes or changes, and perhaps only after the new pods that read it."""
    match change:
        case Added(Resource() as item) | Replaced(item=item) if item.type == _ASSOCIATION:
            yield from _late(item, item, sides)
        case Added(KubernetesObject() as item) if item.kind in READ_AT_START:
            yield from _late(item, item.resource, sides)
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as item):
            if item.kind in READ_AT_START and content(before) != content(item):
                yield from _late(item, item.resource, sides)
        case _:
            pass


def _late(item: Resource | KubernetesObject, made_by: Resource, sides: Sides) -> Iterator[Risk]:
    assembly = sides.after.assembly
    early = [
        one
        for one in sides.after.objects
        if _is_read_by(item, one, sides)
        and restarts(one, sides)
        and one.resource != made_by
        and not is_first(made_by, one.resource, assembly)
    ]
    if early:
        sentence = (
            f"may come after the new pods of {some(map(subject, early))}, which read it only when "
            "they are made: they fail, or keep what was there; let their manifest depend on it "
            "(`node.add_dependency`)"
        )
        yield Risk.of(item, Topic.MEANWHILE, Severity.RISKY, sentence)


def _is_read_by(item: Item, pods: KubernetesObject, sides: Sides) -> bool:
    assembly = sides.after.assembly
    if cluster_of(assembly, item) != cluster_of(assembly, pods):
        return False
    if isinstance(item, KubernetesObject):
        return item.namespace == pods.namespace and reads(pods, item)
    account = at(pods.pod_template, "spec.serviceAccountName")
    given = item.properties if isinstance(item, Resource) else {}
    return account is not None and (pods.namespace, account) == (
        given.get("Namespace"),
        given.get("ServiceAccount"),
    )
