"""Changes that CloudFormation or Kubernetes refuses, or that may become a replacement."""

from collections.abc import Iterator, Mapping

from plan.changes.nouns import Change, Changed, Replaced, Risk, Severity, Topic
from plan.changes.replacement import conditional_replacements
from plan.changes.risks.stateful import STATEFUL
from plan.changes.schemas import schema, values_at
from plan.changes.sides import Sides
from plan.changes.values import at
from plan.model.assembly import Resource
from plan.model.intrinsics import references
from plan.model.kubernetes import HelmRelease, KubernetesObject
from plan.model.quantities import STORAGE, amount

_ONLY_INTERRUPTS = {
    "AuthToken",
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "DBParameterGroupName",
    "MultiAZ",
    "PreferredMaintenanceWindow",
}
"""Conditional create-only properties whose change may interrupt, but not replace."""
_IMMUTABLE: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("spec.selector",),
    "DaemonSet": ("spec.selector",),
    "Job": (
        "spec.selector",
        "spec.template",
        "spec.completions",
        "spec.completionMode",
        "spec.podFailurePolicy",
        "spec.successPolicy",
        "spec.backoffLimitPerIndex",
        "spec.managedBy",
    ),
    "Service": ("spec.clusterIP",),
    "StorageClass": ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "Secret": ("type",),
    "IngressClass": ("spec.controller",),
    "PriorityClass": ("value", "preemptionPolicy"),
}
"""Kubernetes 1.36.3, pkg/apis/*/validation/validation.go."""
_MUTABLE_SPEC: Mapping[str, frozenset[str]] = {
    "StatefulSet": frozenset(
        {
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds",
        }
    ),
    "PersistentVolumeClaim": frozenset({"resources", "volumeAttributesClassName"}),
}
"""The only fields of the spec that may change."""


_HELD_BY_NOBODY = {
    *("ClusterRoleBinding", "IngressClass", "PriorityClass", "RoleBinding", "Service"),
    "StorageClass",
}
"""Kinds that can be away for a moment without an end of pods or data."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield why a deploy will fail at an item."""
    match change:
        case Replaced(follows=None) if name := _kept_name(change, sides):
            sentence = (
                f"must be replaced and keeps its name {name}, which CloudFormation refuses: "
                "give the new one another name"
            )
            yield Risk.of(change.item, Topic.REFUSED, Severity.RISKY, sentence)
        case Changed(before=Resource() as before, item=Resource() as after):
            yield from _of_resource(before, after, sides)
        case Changed(before=HelmRelease() as before, item=HelmRelease() as after):
            yield from _of_token(before.resource, after.resource, after)
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            if paths := sorted(_immutable(before, after)):
                sentence = (
                    f"is refused by Kubernetes, and the release rolls back: {', '.join(paths)} "
                    f"cannot change in one that exists; {_way(after)}"
                )
                yield Risk.of(after, Topic.REFUSED, Severity.RISKY, sentence)


def _way(item: KubernetesObject) -> str:
    """Say how an object is had with what cannot change in it."""
    where = f"-n {item.namespace} " if item.namespace else ""
    if item.kind == "StatefulSet":
        return (
            f"`kubectl {where}delete statefulset {item.name} --cascade=orphan` deletes it first "
            "and leaves its pods"
        )
    if item.kind in _HELD_BY_NOBODY:
        return f"`kubectl {where}delete {item.kind.lower()} {item.name}` deletes it first"
    return "give it another name"


def _of_resource(before: Resource, after: Resource, sides: Sides) -> Iterator[Risk]:
    yield from _of_token(before, after, after)
    if before.type != after.type:
        sentence = (
            f"was a {before.type}, and CloudFormation refuses another type under the same "
            "logical id: give it another id"
        )
        yield Risk.of(after, Topic.REFUSED, Severity.RISKY, sentence)
        return
    region = sides.after.assembly.stack(after.stack).region
    paths = [
        p for p in conditional_replacements(before, after, region) if p not in _ONLY_INTERRUPTS
    ]
    if paths:
        sentence = (
            f"may be replaced: whether {', '.join(paths)} can change in place, "
            "CloudFormation decides case by case, and its change set shows"
        )
        severity = Severity.RISKY if after.type in STATEFUL else Severity.NOTICE
        yield Risk.of(after, Topic.STATEFUL, severity, sentence)


def _of_token(before: Resource, after: Resource, item: Resource | HelmRelease) -> Iterator[Risk]:
    if before.properties.get("ServiceToken") != after.properties.get("ServiceToken"):
        sentence = "gets another ServiceToken, which CloudFormation refuses: give it another id"
        yield Risk.of(item, Topic.REFUSED, Severity.RISKY, sentence)


def _kept_name(change: Replaced, sides: Sides) -> str | None:
    """Return the identifier that the old and the new resource share, where that is refused."""
    region = sides.after.assembly.stack(change.item.stack).region
    known = schema(change.item.type, region)
    old, new = (
        [value for path in known.identifier for value in values_at(resource.properties, path)]
        for resource in (change.before, change.item)
    )
    is_whole = len(new) == len(known.identifier)
    if known.deletes_first or not is_whole or old != new or any(map(references, new)):
        return None
    return " ".join(str(value) for value in new)


def _immutable(before: KubernetesObject, after: KubernetesObject) -> Iterator[str]:
    old, new = before.document, after.document
    for path in _IMMUTABLE.get(after.kind, ()):
        if at(old, path) != at(new, path):
            yield path
    if after.kind in _MUTABLE_SPEC:
        specs = old.get("spec", {}), new.get("spec", {})
        for name in {*specs[0], *specs[1]} - _MUTABLE_SPEC[after.kind]:
            if specs[0].get(name) != specs[1].get(name):
                yield f"spec.{name}"
    if after.kind == "PersistentVolumeClaim" and _shrinks(old, new):
        yield "spec.resources.requests.storage, which may only grow,"
    if after.kind in {"ConfigMap", "Secret"} and old.get("immutable"):
        for name in ("data", "stringData", "binaryData", "immutable"):
            if old.get(name) != new.get(name):
                yield name


def _shrinks(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    was, now = (at(document, "spec.resources.requests.storage") for document in (old, new))
    return bool(was and now) and amount(STORAGE, now) < amount(STORAGE, was)
