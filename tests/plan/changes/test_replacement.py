"""What CloudFormation replaces, and what that replaces in turn."""

import pytest

from plan.changes.nouns import Replaced, Severity, Topic, subject
from plan.changes.schemas import schema, values_at
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import assert_risk, listed, resources, risks, severities


def _subnet(zone: str) -> Document:
    return resource("AWS::EC2::Subnet", "App/Subnet", {"AvailabilityZone": zone, "VpcId": "v"})


_NAT = resource("AWS::EC2::NatGateway", "App/Nat", {"SubnetId": {"Ref": "Subnet"}})
_ASSOCIATION = resource(
    "AWS::EC2::SubnetRouteTableAssociation",
    "App/Association",
    {"SubnetId": {"Ref": "Subnet"}, "RouteTableId": "r"},
)
_GROUP = resource("AWS::RDS::DBSubnetGroup", "App/Group", {"SubnetIds": [{"Ref": "Subnet"}]})


def test_a_property_that_cannot_change_in_place_replaces() -> None:
    changes = resources({"Subnet": _subnet("a")}, {"Subnet": _subnet("b")})

    (change,) = changes.changes
    assert isinstance(change, Replaced)
    assert change.because == ("AvailabilityZone",)
    assert change.follows is None


def test_another_property_changes_in_place() -> None:
    after = _subnet("a")
    after["Properties"]["MapPublicIpOnLaunch"] = True

    changes = resources({"Subnet": _subnet("a")}, {"Subnet": after})

    assert listed(changes) == [("Changed", "AWS::EC2::Subnet Subnet")]


def test_a_property_within_another_replaces() -> None:

    def cluster(addresses: str) -> Document:
        config = {"ServiceIpv4Cidr": addresses, "IpFamily": "ipv4"}
        return resource("AWS::EKS::Cluster", "App/C", {"KubernetesNetworkConfig": config})

    changes = resources({"C": cluster("10.0.0.0/16")}, {"C": cluster("10.1.0.0/16")})

    (change,) = changes.changes
    assert isinstance(change, Replaced)
    assert change.because == ("KubernetesNetworkConfig/ServiceIpv4Cidr",)


def test_a_replaced_resource_replaces_what_names_it_where_it_cannot_change() -> None:
    """A NAT gateway cannot move to another subnet; a group of subnets takes another one."""
    others = {"Nat": _NAT, "Group": _GROUP}

    changes = resources(
        {"Subnet": _subnet("a"), **others},
        {"Subnet": _subnet("b"), **others},
    )

    assert listed(changes) == [
        ("Replaced", "AWS::EC2::Subnet Subnet"),
        ("Replaced", "AWS::EC2::NatGateway Nat"),
    ]
    followed = [c.follows and subject(c.follows) for c in changes.changes if type(c) is Replaced]
    assert followed == [None, "AWS::EC2::Subnet Subnet"]


def test_what_follows_a_replaced_resource_is_said_once() -> None:
    others = {"Nat": _NAT, "Association": _ASSOCIATION, "Group": _GROUP}

    changes = resources({"Subnet": _subnet("a"), **others}, {"Subnet": _subnet("b"), **others})

    ((severity, sentence),) = risks(changes, Topic.REPLACEMENT)
    assert severity is Severity.INFO
    for name in (
        "NatGateway Nat",
        "SubnetRouteTableAssociation Association",
        "DBSubnetGroup Group",
    ):
        assert name in sentence


def test_a_new_resource_that_names_a_replaced_one_is_only_new() -> None:
    changes = resources({"Subnet": _subnet("a")}, {"Subnet": _subnet("b"), "Nat": _NAT})

    assert ("Added", "AWS::EC2::NatGateway Nat") in listed(changes)


def test_a_replacement_reaches_data_through_what_it_names() -> None:
    """Another subnet group means another database, though nothing of the database was touched."""

    def group(name: str) -> Document:
        return resource("AWS::RDS::DBSubnetGroup", "App/Group", {"DBSubnetGroupName": name})

    database = resource(
        "AWS::RDS::DBInstance", "App/Database", {"DBSubnetGroupName": {"Ref": "Group"}}
    )

    changes = resources(
        {"Group": group("a"), "Database": database}, {"Group": group("b"), "Database": database}
    )

    ((severity, sentence),) = risks(changes, Topic.STATEFUL)
    assert severity is Severity.RISKY
    assert (
        "its DBSubnetGroupName references AWS::RDS::DBSubnetGroup Group, which is replaced"
        in sentence
    )


def test_a_custom_resource_is_never_replaced() -> None:
    changes = resources(
        {"It": resource("Custom::It", "", {"Name": "a"})},
        {"It": resource("Custom::It", "", {"Name": "b"})},
    )

    assert listed(changes) == [("Changed", "Custom::It It")]


def test_what_cloudformation_decides_case_by_case_is_said() -> None:
    """A database made from a snapshot is made anew without it."""

    def database(**properties: str) -> Document:
        return resource("AWS::RDS::DBInstance", "App/Database", {"Engine": "mysql", **properties})

    changes = resources({"Database": database(DBSnapshotIdentifier="s")}, {"Database": database()})

    assert_risk(
        changes, Topic.STATEFUL, Severity.RISKY, "whether DBSnapshotIdentifier can change in place"
    )


def test_what_may_be_replaced_and_holds_nothing_is_a_notice() -> None:
    after = _subnet("a")
    after["Properties"]["Ipv6CidrBlock"] = "2001:db8::/64"

    changes = resources({"Subnet": _subnet("a")}, {"Subnet": after})

    assert severities(changes, Topic.STATEFUL) == [Severity.NOTICE]


def test_what_only_interrupts_is_not_said_to_replace() -> None:

    def database(*, zones: bool) -> Document:
        return resource("AWS::RDS::DBInstance", "App/Database", {"MultiAZ": zones})

    changes = resources({"Database": database(zones=False)}, {"Database": database(zones=True)})

    assert severities(changes, Topic.STATEFUL) == []


@pytest.mark.parametrize("region", ["ap-northeast-2", "", "xx-nowhere-1"])
def test_schemas_are_there_for_every_region(region: str) -> None:
    """Of a region that the schemas do not know, or that is open, another's are taken."""
    assert "DBName" in schema("AWS::RDS::DBInstance", region).create_only


def test_a_path_of_a_schema_finds_values_in_lists() -> None:
    assert values_at({"A": [{"B": 1}, {"B": 2}, {}]}, "A/*/B") == [1, 2]
