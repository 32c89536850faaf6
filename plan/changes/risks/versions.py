"""The version of Kubernetes, a data store or a chart changes, or the size of a data store."""

import re
from collections.abc import Iterator

from plan.changes.nouns import Change, Changed, Risk, Severity, Topic
from plan.changes.sides import Sides
from plan.changes.values import number
from plan.model.assembly import Resource
from plan.model.kubernetes import HelmRelease

_STORES = {
    "AWS::RDS::DBInstance": "the database is unavailable while it restarts, or fails over",
    "AWS::RDS::DBCluster": "the database is unavailable while it restarts, or fails over",
    "AWS::ElastiCache::ReplicationGroup": "its nodes are replaced one after another",
    "AWS::OpenSearchService::Domain": "its nodes are replaced one after another",
}
_INSTANCE_CLASSES = ("DBInstanceClass", "CacheNodeType")
_TWO_PART = ("mysql", "mariadb")
"""Engines whose major version has two parts, as 8.4."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield what a changed version, instance class or size means."""
    match change:
        case Changed(before=Resource() as before, item=Resource() as after):
            if after.type == "AWS::EKS::Cluster":
                yield from _of_cluster(before, after, sides)
            if after.type in _STORES:
                yield from _of_store(before, after)
        case Changed(before=HelmRelease() as before, item=HelmRelease() as after):
            if before.version != after.version:
                sentence = (
                    f"goes from chart {before.version} to {after.version}: helm leaves custom "
                    "resource definitions as they are, apply those of the new version by hand"
                )
                yield Risk.of(after, Topic.VERSION, Severity.NOTICE, sentence)


def _of_cluster(before: Resource, after: Resource, sides: Sides) -> Iterator[Risk]:
    was, now = (str(one.properties.get("Version")) for one in (before, after))
    if was == now or not (_numbers(was) and _numbers(now)):
        return
    step = _numbers(now)[-1] - _numbers(was)[-1]
    if step < 0:
        sentence = f"is downgraded from Kubernetes {was} to {now}, which EKS refuses"
    elif step > 1:
        sentence = (
            f"is upgraded from Kubernetes {was} to {now}, which EKS refuses: it goes by one minor "
            "version at a time"
        )
    else:
        groups = sides.after.assembly.stack(after.stack).of_type("AWS::EKS::Nodegroup")
        behind = [group for group in groups if group.properties.get("Version") != now]
        nodes = (
            f"the nodes stay at {was} until their groups' Version says {now} too"
            if behind
            else "then the nodes are replaced"
        )
        sentence = f"is upgraded to Kubernetes {now} for good: first the control plane, {nodes}"
        yield Risk.of(after, Topic.VERSION, Severity.RISKY, sentence)
        return
    yield Risk.of(after, Topic.REFUSED, Severity.RISKY, sentence)


def _of_store(before: Resource, after: Resource) -> Iterator[Risk]:
    was, now = (str(one.properties.get("EngineVersion")) for one in (before, after))
    meanwhile = _STORES[after.type]
    if was != now and _numbers(was) and _numbers(now):
        if _numbers(now) < _numbers(was):
            sentence = f"is downgraded from version {was} to {now}, which AWS refuses"
            yield Risk.of(after, Topic.REFUSED, Severity.RISKY, sentence)
        else:
            counted = 2 if str(after.properties.get("Engine")).endswith(_TWO_PART) else 1
            major = _numbers(was)[:counted] != _numbers(now)[:counted]
            back = ", and only a snapshot leads back" if major else ""
            severity = Severity.RISKY if major else Severity.NOTICE
            sentence = f"goes from version {was} to {now}: {meanwhile}{back}"
            yield Risk.of(after, Topic.VERSION, severity, sentence)
    for name in _INSTANCE_CLASSES:
        old, new = before.properties.get(name), after.properties.get(name)
        if old and new and old != new:
            sentence = f"moves from {old} to {new}: {meanwhile}"
            yield Risk.of(after, Topic.VERSION, Severity.NOTICE, sentence)
    size, smaller = (number(one.properties.get("AllocatedStorage")) for one in (before, after))
    if size and smaller and smaller < size:
        sentence = f"shrinks from {size:g} to {smaller:g} GiB, which RDS refuses"
        yield Risk.of(after, Topic.REFUSED, Severity.RISKY, sentence)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
