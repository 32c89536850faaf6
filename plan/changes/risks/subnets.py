"""A subnet is to have a range that a deployed one still has."""

from collections.abc import Iterator
from ipaddress import ip_network

from plan.changes.nouns import Added, Change, Replaced, Risk, Severity, Topic, subject
from plan.changes.sides import Side, Sides
from plan.changes.values import some
from plan.model.assembly import Resource
from plan.model.kubernetes import named


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield a new subnet whose range overlaps one that goes only after it is made."""
    match change:
        case (
            Added(Resource(type="AWS::EC2::Subnet") as item)
            | Replaced(item=Resource(type="AWS::EC2::Subnet") as item)
        ):
            taken = [
                f"{subject(other)} ({other.properties.get('CidrBlock')})"
                for other in sides.before.assembly.of_type(item.type)
                if _network(other, sides.before) == _network(item, sides.after)
                and _overlap(item, other)
            ]
            if taken:
                sentence = (
                    f"gets {item.properties.get('CidrBlock')}, which EC2 refuses while "
                    f"{some(taken)} is there, and CloudFormation creates before it deletes: "
                    f"{_remedy(sides)}"
                )
                yield Risk.of(item, Topic.REFUSED, Severity.RISKY, sentence)
        case _:
            pass


def _remedy(sides: Sides) -> str:
    before, after = (
        {
            one.properties.get("AvailabilityZone")
            for one in side.assembly.of_type("AWS::EC2::Subnet")
        }
        for side in (sides.before, sides.after)
    )
    if after - before:
        return "name a new zone last (`zones` in the settings)"
    return "leave each subnet the range that it has"


def _network(subnet: Resource, side: Side) -> str:
    return named(side.assembly, subnet.stack, str(subnet.properties.get("VpcId")))


def _overlap(one: Resource, other: Resource) -> bool:
    try:
        first, second = (ip_network(each.properties.get("CidrBlock", "")) for each in (one, other))
    except ValueError:
        return False
    return first.overlaps(second)
