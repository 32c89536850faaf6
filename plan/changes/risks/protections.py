"""A switch that protects pods, or keeps their secrets current, is taken back."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from plan.changes.nouns import Change, Changed, Risk, Severity, Topic
from plan.changes.sides import Sides
from plan.changes.values import as_list, at, is_true, number, some
from plan.model.assembly import Resource

_METADATA = "LaunchTemplateData.MetadataOptions"
_DISK = "LaunchTemplateData.BlockDeviceMappings"


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
