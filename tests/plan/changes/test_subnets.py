"""Ranges of subnets that are still taken."""

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import assert_risk, resources, risks, severities


def _subnet(cidr: str, zone: str = "a", vpc: str = "vpc-1") -> Document:
    properties = {"VpcId": vpc, "CidrBlock": cidr, "AvailabilityZone": zone}
    return resource("AWS::EC2::Subnet", "App/S", properties)


def test_a_new_subnet_whose_range_another_one_has_is_refused() -> None:
    """As when a third zone moves all ranges: the old subnet goes only at the end."""
    changes = resources(
        {"A": _subnet("10.0.2.0/24")}, {"A": _subnet("10.0.3.0/24"), "B": _subnet("10.0.2.0/24")}
    )

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "gets 10.0.2.0/24, which EC2 refuses while")


def test_a_subnet_that_changes_its_zone_cannot_keep_its_range() -> None:
    changes = resources({"A": _subnet("10.0.2.0/24")}, {"A": _subnet("10.0.2.0/24", zone="b")})

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "name a new zone last")


def test_subnets_that_only_exchange_their_ranges_are_told_to_leave_them() -> None:
    """No zone is new, so that none could be named last; ranges that stay are refused by nobody."""
    one, two = _subnet("10.0.2.0/24"), _subnet("10.0.3.0/24", zone="b")
    swapped = {"A": _subnet("10.0.3.0/24"), "B": _subnet("10.0.2.0/24", zone="b")}

    found = risks(resources({"A": one, "B": two}, swapped), Topic.REFUSED)

    assert ["leave each subnet the range" in sentence for _, sentence in found] == [True, True]
    assert risks(resources({"A": one, "B": two}, {"A": one, "B": two}), Topic.REFUSED) == []


def test_free_ranges_and_other_networks_are_no_matter() -> None:
    free = resources(
        {"A": _subnet("10.0.2.0/24")}, {"A": _subnet("10.0.2.0/24"), "B": _subnet("10.0.4.0/24")}
    )
    elsewhere = resources({"A": _subnet("10.0.2.0/24")}, {"B": _subnet("10.0.2.0/24", vpc="vpc-2")})

    assert severities(free, Topic.REFUSED) == severities(elsewhere, Topic.REFUSED) == []
