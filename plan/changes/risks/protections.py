"""A switch that protects pods, machines or secrets is taken back."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from plan.changes.nouns import Change, Changed, Risk, Severity, Topic
from plan.changes.sides import Sides
from plan.changes.values import as_list, at, is_true, number, some
from plan.model.assembly import Resource
from plan.model.kubernetes import KubernetesObject

_METADATA = "LaunchTemplateData.MetadataOptions"
_DISK = "LaunchTemplateData.BlockDeviceMappings"

_FORCED = "ForceUpdateEnabled"
_ENFORCED = "pod-security.kubernetes.io/enforce"
_LEVELS = ("privileged", "baseline", "restricted")
"""From the widest on; that of a namespace that names none is the first."""
_OF_PODS = (
    ("securityContext.runAsNonRoot", True, "its programs from being root"),
    ("automountServiceAccountToken", False, "a token for the Kubernetes API from its pods"),
    ("shareProcessNamespace", True, "its programs from being process 1, which ignores SIGTERM"),
)
_OF_CONTAINERS = (
    ("securityContext.readOnlyRootFilesystem", True, "its programs from writing beside volumes"),
    ("securityContext.allowPrivilegeEscalation", False, "its programs from gaining privileges"),
    ("securityContext.capabilities.drop", ["ALL"], "capabilities of the kernel from its programs"),
)


def check(change: Change, _: Sides) -> Iterator[Risk]:
    """Yield what an add-on no longer does, and what machines no longer keep from pods."""
    match change:
        case Changed(before=Resource() as before, item=Resource(type="AWS::EKS::Addon") as after):
            if lost := sorted(_switches(before) - _switches(after)):
                sentence = f"no longer does what {some(lost)} switched on"
                yield Risk.of(after, Topic.PROTECTION, Severity.RISKY, sentence)
        case Changed(
            before=Resource() as before, item=Resource(type="AWS::EC2::LaunchTemplate") as after
        ):
            yield from _of_machines(before, after)
        case Changed(
            before=Resource() as before, item=Resource(type="AWS::EKS::Nodegroup") as after
        ):
            was, now = (is_true(one.properties.get(_FORCED)) for one in (before, after))
            if now and not was:
                sentence = "evicts in updates also what disruption budgets protect"
                yield Risk.of(after, Topic.PROTECTION, Severity.RISKY, sentence)
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            yield from _of_pods(before, after)
            yield from _of_namespace(before, after)


def _of_pods(before: KubernetesObject, after: KubernetesObject) -> Iterator[Risk]:
    old, new = (set(_kept_from(one)) for one in (before, after))
    if lost := sorted(old - new):
        sentence = f"no longer keeps {some(lost)}"
        yield Risk.of(after, Topic.PROTECTION, Severity.RISKY, sentence)


def _kept_from(item: KubernetesObject) -> Iterator[str]:
    """Yield what the pods of an object may not; nothing, where a container may."""
    pod, containers = (item.pod_template or {}).get("spec") or {}, item.containers
    for path, value, words in _OF_PODS:
        if containers and at(pod, path) is value:
            yield words
    for path, wanted, words in _OF_CONTAINERS:
        if containers and all(at(one, path) == wanted for one in containers):
            yield words


def _of_namespace(before: KubernetesObject, after: KubernetesObject) -> Iterator[Risk]:
    if after.kind != "Namespace":
        return
    was, now = (
        _LEVELS.index(level) if level in _LEVELS else 0
        for level in (
            (one.document["metadata"].get("labels") or {}).get(_ENFORCED) for one in (before, after)
        )
    )
    if now < was:
        sentence = f"admits pods of the level {_LEVELS[now]}, {_LEVELS[was]} only until now"
        yield Risk.of(after, Topic.PROTECTION, Severity.RISKY, sentence)


def _switches(add_on: Resource) -> set[str]:
    """Return what is true in an add-on's configuration, by its path."""
    try:
        values = json.loads(add_on.properties.get("ConfigurationValues") or "{}")
    except ValueError:
        return set()
    return set(_true(values, ""))


def _true(values: object, path: str) -> Iterator[str]:
    if isinstance(values, Mapping):
        for name, value in values.items():
            yield from _true(value, f"{path}.{name}".lstrip("."))
    elif is_true(values):
        yield path


def _of_machines(before: Resource, after: Resource) -> Iterator[Risk]:
    was, now = (at(one.properties, _METADATA) or {} for one in (before, after))
    hops, more = (number(one.get("HttpPutResponseHopLimit", 1)) or 1 for one in (was, now))
    opened = [
        *(["pods"] if hops < more else []),
        *(["whoever makes a machine forward a request"] if _is_tokenless(was, now) else []),
    ]
    if opened:
        sentence = f"lets {some(opened)} have the credentials of their node's role"
        yield Risk.of(after, Topic.EXPOSURE, Severity.RISKY, sentence)
    if _encrypted(before) and not _encrypted(after):
        sentence = "no longer encrypts the disks of machines"
        yield Risk.of(after, Topic.PROTECTION, Severity.RISKY, sentence)


def _is_tokenless(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return before.get("HttpTokens") == "required" != after.get("HttpTokens")


def _encrypted(template: Resource) -> bool:
    disks = as_list(at(template.properties, _DISK))
    return bool(disks) and all(is_true(at(disk, "Ebs.Encrypted")) for disk in disks)
