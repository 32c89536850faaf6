"""What EKS refuses of an update of a node group."""

from collections.abc import Iterator

from plan.changes.nouns import Change, Changed, Risk, Severity, Topic
from plan.changes.risks.nodes import groups_of, rolls
from plan.changes.sides import Sides
from plan.changes.values import some
from plan.model.assembly import Resource

_CONFIGURATION = (
    "ScalingConfig",
    "Labels",
    "Taints",
    "Tags",
    "UpdateConfig",
    "NodeRepairConfig",
    "WarmPoolConfig",
)
"""What EKS changes by calls of their own, and CloudFormation never beside a new version of the
machines (aws-cdk#16644, containers-roadmap#1258)."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield an update that is refused."""
    match change:
        case Changed(
            before=Resource() as before, item=Resource(type="AWS::EKS::Nodegroup") as item
        ):
            if rolls(before, item):
                yield from _together(before, item)
        case Changed(item=Resource(type="AWS::EC2::LaunchTemplate") as item):
            for group in groups_of(item, sides):
                match sides.before.resource(group.stack, group.logical_id):
                    case Resource(type="AWS::EKS::Nodegroup") as before if not rolls(before, group):
                        yield from _together(before, group)
        case _:
            pass


def _together(before: Resource, after: Resource) -> Iterator[Risk]:
    others = [
        name for name in _CONFIGURATION if before.properties.get(name) != after.properties.get(name)
    ]
    if others:
        sentence = (
            f"gets new machines and another {some(others)} at once, which EKS refuses: take one "
            f"of both back, `cdk deploy {after.stack}`, then deploy the other"
        )
        yield Risk.of(after, Topic.REFUSED, Severity.RISKY, sentence)
