"""Fields of Kubernetes objects that cannot change once they are there.

They stand in the validation of each API: pkg/apis/*/validation/validation.go of Kubernetes 1.36.3.
"""

from collections.abc import Iterator, Mapping

from plan.changes.consequences.values import at
from plan.changes.nouns import Change, Changed, Finding, Severity, Topic, about
from plan.changes.sides import Sides
from plan.model.kubernetes import KubernetesObject
from plan.model.quantities import STORAGE, amount

_FIXED: Mapping[str, tuple[str, ...]] = {
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
_FREE_IN_SPEC: Mapping[str, frozenset[str]] = {
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
"""Kinds of whose spec only these may change."""
_HOW = {
    "StatefulSet": "`kubectl delete --cascade=orphan` takes it away and leaves its pods",
    "Job": "a Job is named anew for each run",
}


def look(change: Change, _: Sides) -> Iterator[Finding]:
    """Yield the fields at which Kubernetes will refuse an object."""
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            if paths := sorted(_fixed(before, after)):
                how = _HOW.get(after.kind, "only deleting it first helps")
                sentence = (
                    f"is refused by Kubernetes, and the release rolls back: {', '.join(paths)} "
                    f"cannot change in one that exists; {how}"
                )
                yield about(after, Topic.REFUSED, Severity.RISKY, sentence)


def _fixed(before: KubernetesObject, after: KubernetesObject) -> Iterator[str]:
    old, new = before.document, after.document
    for path in _FIXED.get(after.kind, ()):
        if at(old, path) != at(new, path):
            yield path
    if after.kind in _FREE_IN_SPEC:
        specs = old.get("spec", {}), new.get("spec", {})
        for name in {*specs[0], *specs[1]} - _FREE_IN_SPEC[after.kind]:
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
