"""What EKS makes of an update of a node group: it refuses some at once, and resizes with others."""

from collections.abc import Iterator

from plan.changes.machines import label_of
from plan.changes.nouns import Change, Changed, Risk, Severity, Topic
from plan.changes.risks.nodes import groups_of, rolls
from plan.changes.sides import Sides
from plan.changes.values import at, number, some
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
    """Yield an update that is refused, and one that ends nodes which an autoscaler started."""
    match change:
        case Changed(
            before=Resource() as before, item=Resource(type="AWS::EKS::Nodegroup") as item
        ):
            if rolls(before, item):
                yield from _together(before, item)
            yield from _resized_to_the_template(before, item)
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


def _resized_to_the_template(before: Resource, after: Resource) -> Iterator[Risk]:
    """Yield that EKS is told a size with the new limits, whatever size the group has by then."""
    if before.properties.get("ScalingConfig") == after.properties.get("ScalingConfig"):
        return
    least, most = (
        number(at(before.properties, f"ScalingConfig.{name}")) for name in ("MinSize", "MaxSize")
    )
    desired = number(at(after.properties, "ScalingConfig.DesiredSize"))
    if least is None or most is None or desired is None or not max(least, desired) < most:
        return
    listed = " ".join(["kubectl get nodes", *_selector(after)])
    sentence = (
        f"is set to its DesiredSize {desired:g} with its new sizes: of up to {most:g} nodes that "
        f"an autoscaler has started, all above {desired:g} end at once, with their pods; write "
        f"as DesiredSize (`desired` in the settings) how many `{listed}` lists"
    )
    yield Risk.of(after, Topic.NODES, Severity.RISKY, sentence)


def _selector(group: Resource) -> list[str]:
    label = label_of(group)
    return ["-l", label] if label else []
