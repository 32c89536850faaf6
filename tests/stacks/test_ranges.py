"""The ranges of subnets: apart from each other, and the same whatever zones come later."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from aws_cdk import aws_ec2 as ec2

from stacks.parts.ranges import DATA, PRIVATE, PUBLIC, ZoneRanges


def _ranges(cidr: str, zones: int) -> dict[tuple[str, int], IPv4Network]:
    """Return the range of each subnet by its kind and the number of its zone."""
    wanted = [(name, zone) for name in (PUBLIC, PRIVATE, DATA) for zone in range(zones)]
    asked = [
        ec2.RequestedSubnet(
            availability_zone=str(zone),
            configuration=ec2.SubnetConfiguration(name=name, subnet_type=ec2.SubnetType.PUBLIC),
            subnet_construct_id=f"{name}{zone}",
        )
        for name, zone in wanted
    ]
    given = ZoneRanges(cidr).allocate_subnets_cidr(requested_subnets=asked, vpc_cidr=cidr)
    found = [IPv4Network(one.cidr) for one in given.allocated_subnets]
    return dict(zip(wanted, found, strict=True))


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.0.0.0/19"])
def test_no_two_subnets_of_three_zones_overlap(cidr: str) -> None:
    """In the largest network as in the smallest."""
    ranges = list(_ranges(cidr, 3).values())

    assert all(one.subnet_of(IPv4Network(cidr)) for one in ranges)
    assert not any(one.overlaps(other) for one, other in combinations(ranges, 2))


def test_a_third_zone_leaves_the_ranges_of_two() -> None:
    assert _ranges("10.0.0.0/16", 2).items() <= _ranges("10.0.0.0/16", 3).items()
