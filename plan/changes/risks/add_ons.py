"""An add-on or a controller goes that other things in the cluster rely on."""

from collections.abc import Iterator

from catalog import definitions, needs
from plan.changes.nouns import Change, Item, Removed, Replaced, Risk, Severity, Topic, subject
from plan.changes.sides import Side, Sides
from plan.changes.values import some
from plan.model.addons import ADD_ON
from plan.model.assembly import Assembly, Resource
from plan.model.cluster_objects import ClusterObjects
from plan.model.kubernetes import HelmRelease, KubernetesObject, cluster_of, in_cluster

_OF_EVERY_POD = {"vpc-cni", "kube-proxy"}
_ROLES = "eks-pod-identity-agent"
_ASSOCIATION = "AWS::EKS::PodIdentityAssociation"


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield an add-on that goes, with what needs it and what goes with it."""
    match change:
        case Removed(Resource(type="AWS::EKS::Addon") as item):
            yield from _removed(str(item.properties.get("AddonName")), item, sides)
        case Replaced(before=Resource(type="AWS::EKS::Addon") as before):
            yield from _removed(str(before.properties.get("AddonName")), before, sides)
        case Removed(HelmRelease() as item):
            yield from _removed(item.chart, item, sides)
        case _:
            pass


def _removed(name: str, item: Resource | HelmRelease, sides: Sides) -> Iterator[Risk]:
    cluster = cluster_of(sides.before.assembly, item)
    if name in set(_installed(sides.after.assembly, cluster)):
        return
    users = [subject(one) for one in _users(name, cluster, sides.after)]
    until = [
        subject(one)
        for one in _users(name, cluster, sides.before)
        if _is_later(one, item, sides) and subject(one) not in users
    ]
    defined = list(_defined(name, cluster, sides.before))
    if not (users or until or defined):
        sentence = "is removed, and nothing that is deployed with it needs it"
        yield Risk.of(item, Topic.ADD_ONS, Severity.NOTICE, sentence)
        return
    what = ["is removed"]
    if users:
        what.append(f"and {some(users)} still need it")
    if until:
        what.append(f"and {some(until)} need it until their own stack is deployed, which is later")
    if defined:
        what.append(f"and {some(map(subject, defined))} go with it, as their definition does")
    sentence = (
        f"{', '.join(what)}: keep {name} (`add_ons` in the settings), or take away what needs it "
        "first, deploy that, and then the add-on"
    )
    yield Risk.of(item, Topic.ADD_ONS, Severity.RISKY, sentence)


def _is_later(user: Item, add_on: Resource | HelmRelease, sides: Sides) -> bool:
    """Whether a user is in a stack that is deployed after that of its add-on."""
    order = [stack.name for stack in sides.after.assembly.stacks]
    return order.index(user.stack) > order.index(add_on.stack)


def _installed(assembly: Assembly, cluster: str) -> Iterator[str]:
    for resource in in_cluster(assembly, cluster, assembly.of_type(ADD_ON)):
        yield str(resource.properties.get("AddonName"))


def _users(name: str, cluster: str, after: Side) -> Iterator[Item]:
    here = in_cluster(after.assembly, cluster, after.objects)
    index = ClusterObjects.of(here)
    for one in here:
        if name in needs(one.document) | _of_claims(one, index) or (
            one.pod_template and name in _OF_EVERY_POD
        ):
            yield one
    if name == _ROLES:
        yield from in_cluster(after.assembly, cluster, after.assembly.of_type(_ASSOCIATION))


def _of_claims(one: KubernetesObject, index: ClusterObjects) -> frozenset[str]:
    """Return what the storage classes of an object's volumes need."""
    claims = [claim["spec"] for claim in one.workload.get("volumeClaimTemplates") or ()]
    if one.kind == "PersistentVolumeClaim":
        claims.append(one.document["spec"])
    classes = [index.storage_class_document(claim.get("storageClassName")) for claim in claims]
    return frozenset(name for document in classes if document for name in needs(document))


def _defined(name: str, cluster: str, before: Side) -> Iterator[KubernetesObject]:
    """Yield the objects that are deleted with the definitions of an add-on."""
    found = definitions(name)
    if found and found.go_with_it:
        for one in in_cluster(before.assembly, cluster, before.objects):
            if found.define({"apiVersion": one.api_version, "kind": one.kind}):
                yield one
