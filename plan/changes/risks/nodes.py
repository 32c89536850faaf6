"""Nodes are replaced or fewer."""

from collections.abc import Iterator

from plan.changes.nouns import Change, Changed, Removed, Replaced, Risk, Severity, Topic
from plan.changes.sides import Sides
from plan.changes.values import at, number
from plan.model.assembly import Resource
from plan.model.intrinsics import references

_GROUP = "AWS::EKS::Nodegroup"
_TEMPLATE = "AWS::EC2::LaunchTemplate"
_SIZES = ("DesiredSize", "MinSize", "MaxSize")
_ROLLS = ("Version", "ReleaseVersion", "LaunchTemplate")
"""Properties of a node group by whose change EKS replaces its nodes."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield what happens to the nodes of a group, and to the pods on them."""
    match change:
        case Removed(Resource(type="AWS::EKS::Nodegroup") as item):
            sentence = "is deleted with its nodes: their pods need capacity elsewhere"
            yield Risk.of(item, Topic.NODES, Severity.RISKY, sentence)
        case Replaced(item=Resource(type="AWS::EKS::Nodegroup") as item):
            yield Risk.of(item, Topic.NODES, Severity.RISKY, _replaced(change))
        case Changed(before=Resource() as before, item=Resource() as item):
            if item.type == _GROUP:
                yield from _resized(before, item)
                if rolls(before, item):
                    yield _rolled(item)
            if item.type == _TEMPLATE:
                yield from (_rolled(group) for group in groups_of(item, sides))


def _replaced(change: Replaced) -> str:
    because = ", ".join(change.because)
    name = change.item.properties.get("NodegroupName")
    if name and name == change.before.properties.get("NodegroupName"):
        return (
            f"cannot be replaced while it keeps its name {name}, but {because} cannot change in "
            "place: give the new one another name"
        )
    return (
        f"is replaced, since {because} cannot change in place: the new group comes up beside the "
        "old one, which takes quota for both, and all pods move"
    )


def _resized(before: Resource, after: Resource) -> Iterator[Risk]:
    sides = (before, after)
    fewer = [
        f"{name} from {was:g} to {now:g}"
        for name in _SIZES
        for was, now in [[number(at(one.properties, f"ScalingConfig.{name}")) for one in sides]]
        if was is not None and now is not None and now < was
    ]
    if fewer:
        sentence = f"shrinks: {', '.join(fewer)}; the pods of removed nodes need capacity elsewhere"
        yield Risk.of(after, Topic.NODES, Severity.RISKY, sentence)


def _rolled(group: Resource) -> Risk:
    config = group.properties.get("UpdateConfig") or {}
    share = config.get("MaxUnavailablePercentage")
    most = f"{share} %" if share else str(config.get("MaxUnavailable", 1))
    sentence = f"replaces its nodes, at most {most} at a time: every pod on them moves"
    return Risk.of(group, Topic.NODES, Severity.NOTICE, sentence)


def rolls(before: Resource, after: Resource) -> bool:
    """Whether EKS replaces the nodes of a group for what differs in the group itself."""
    return any(before.properties.get(name) != after.properties.get(name) for name in _ROLLS)


def groups_of(template: Resource, sides: Sides) -> Iterator[Resource]:
    """Yield the groups that were there and use the latest version of a launch template."""
    latest = f"{template.logical_id}.LatestVersionNumber"
    for group in sides.after.assembly.stack(template.stack).of_type(_GROUP):
        is_known = sides.before.resource(group.stack, group.logical_id) is not None
        if is_known and latest in references(group.properties.get("LaunchTemplate")):
            yield group
