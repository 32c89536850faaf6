"""The version of Kubernetes, a data store or a chart changes, or the size of a data store."""

import re
from collections.abc import Iterator

from plan.changes.nouns import Added, Change, Changed, Replaced, Risk, Severity, Topic
from plan.changes.sides import Sides
from plan.changes.values import number
from plan.model.addons import ADD_ON
from plan.model.assembly import Resource
from plan.model.kubernetes import HelmRelease, cluster_of, in_cluster
from plan.model.nodes import NODE_GROUP

_STORES = {
    "AWS::RDS::DBInstance": "the database is unavailable while it restarts, or fails over",
    "AWS::RDS::DBCluster": "the database is unavailable while it restarts, or fails over",
    "AWS::ElastiCache::ReplicationGroup": "its nodes are replaced one after another",
    "AWS::OpenSearchService::Domain": "its nodes are replaced one after another",
}
_DAYS_TO_ROLL_BACK = 7
"""Since 2026 (docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html)."""
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
        case Added(Resource() as item) | Replaced(item=Resource() as item) if (
            item.type == NODE_GROUP
        ):
            yield from _of_new_group(item, sides)
        case Changed(before=HelmRelease() as before, item=HelmRelease() as after):
            if before.version != after.version:
                sentence = (
                    f"goes from chart {before.version} to {after.version}: helm leaves custom "
                    f"resource definitions as they are; `helm show crds {_place(after)} --version "
                    f"{after.version}` prints the new ones for `kubectl apply --server-side -f -`"
                )
                yield Risk.of(after, Topic.VERSION, Severity.NOTICE, sentence)


def _place(release: HelmRelease) -> str:
    """Return how helm is told where a chart is."""
    repository = release.repository or ""
    if repository.startswith("oci://"):
        return repository
    return f"{release.chart} --repo {repository}" if repository else release.chart


def _of_cluster(before: Resource, after: Resource, sides: Sides) -> Iterator[Risk]:
    was, now = (str(one.properties.get("Version")) for one in (before, after))
    if was == now or not (_numbers(was) and _numbers(now)):
        return
    match _numbers(now)[-1] - _numbers(was)[-1]:
        case 1:
            yield from _upgraded(after, was, now, sides)
            return
        case -1:
            sentence = (
                f"goes back from Kubernetes {was} to {now}, which EKS refuses later than "
                f"{_DAYS_TO_ROLL_BACK} days after the upgrade, and while nodes are newer than {now}"
            )
        case step if step < 0:
            sentence = f"is downgraded from Kubernetes {was} to {now}, which EKS refuses"
        case _:
            sentence = (
                f"is upgraded from Kubernetes {was} to {now}, which EKS refuses: it goes by one "
                "minor version at a time"
            )
    yield Risk.of(after, Topic.REFUSED, Severity.RISKY, sentence)


def _upgraded(cluster: Resource, was: str, now: str, sides: Sides) -> Iterator[Risk]:
    """Yield the three parts of an upgrade in their order: control plane, add-ons, nodes."""
    assembly = sides.after.assembly
    name = str(cluster.properties.get("Name") or "NAME")
    here = f"{cluster.stack}/{cluster.logical_id}"
    own = in_cluster(assembly, here, assembly.resources)
    sentence = (
        f"is upgraded to Kubernetes {now}, the control plane first, which EKS does only if all "
        f"nodes run {was}; for {_DAYS_TO_ROLL_BACK} days, and while they still do, `aws eks "
        f"update-cluster-version --name {name} --kubernetes-version {was}` takes it back"
    )
    yield Risk.of(cluster, Topic.VERSION, Severity.RISKY, sentence)
    add_ons = [str(one.properties.get("AddonName")) for one in own if one.type == ADD_ON]
    if add_ons:
        sentence = (
            f"then its add-ons, which keep their versions until told: for each of "
            f"{', '.join(add_ons)}, `aws eks describe-addon-versions --kubernetes-version {now} "
            f"--addon-name ADD_ON` lists what fits, and `aws eks update-addon --cluster-name "
            f"{name} --addon-name ADD_ON --addon-version VERSION` takes it"
        )
        yield Risk.of(cluster, Topic.VERSION, Severity.NOTICE, sentence)
    groups = [one for one in own if one.type == NODE_GROUP]
    behind = [one for one in groups if one.properties.get("Version") != now]
    if behind:
        sentence = (
            f"its nodes last, which stay at {was} until the Version of their groups is {now} "
            "(`kubernetes` in the settings of each): a deploy of its own"
        )
        yield Risk.of(cluster, Topic.VERSION, Severity.NOTICE, sentence)
    elif groups:
        sentence = "its nodes last, in the same deploy: from then on it cannot be taken back"
        yield Risk.of(cluster, Topic.VERSION, Severity.NOTICE, sentence)


def _of_new_group(group: Resource, sides: Sides) -> Iterator[Risk]:
    assembly, version = sides.after.assembly, group.properties.get("Version")
    for cluster in assembly.of_type("AWS::EKS::Cluster"):
        now = cluster.properties.get("Version")
        here = f"{cluster.stack}/{cluster.logical_id}"
        if version and version != now and cluster_of(assembly, group) == here:
            sentence = (
                f"is new and at Kubernetes {version}, which EKS refuses: a group is made at its "
                f"cluster's {now} only; take `kubernetes` out of its settings"
            )
            yield Risk.of(group, Topic.REFUSED, Severity.RISKY, sentence)


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
