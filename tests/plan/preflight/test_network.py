"""Whether zones offer the machines, and subnets have addresses for the pods."""

import pytest

from plan.preflight.free_addresses import subnets
from plan.preflight.instance_types import offerings
from plan.preflight.verdicts import Missing, Ready, Unknown
from tests.plan.assemblies import REGION, resource
from tests.plan.preflight.played_aws import PlayedAws, cluster, network, node_group

GPU = node_group("gpu", "g4dn.xlarge", maximum=2)


def test_zones_that_offer_the_type_are_ready(aws: PlayedAws) -> None:
    """The zones are those of the group's subnets; others do not matter."""
    _offers(aws, "abc")
    (check,) = offerings(cluster(network(), GPU))

    assert check.title == "zones of Avadot/gpu"
    assert check.ask(aws.account) == Ready("g4dn.xlarge in ap-northeast-2a, ap-northeast-2c")


def test_a_zone_without_the_type_is_missing(aws: PlayedAws) -> None:
    """It names the zone, and the command that lists those with the type."""
    _offers(aws, "ab")
    (check,) = offerings(cluster(network(), GPU))

    assert check.ask(aws.account) == Missing(
        "ap-northeast-2c without g4dn.xlarge",
        "aws ec2 describe-instance-type-offerings --region ap-northeast-2 --location-type "
        "availability-zone --filters Name=instance-type,Values=g4dn.xlarge",
    )


def test_zones_that_the_assembly_leaves_open_are_unknown(aws: PlayedAws) -> None:
    """Which they will be is known to AWS alone."""
    zones = {"Fn::Select": [0, {"Fn::GetAZs": ""}]}
    open_network = {
        name: resource("AWS::EC2::Subnet", properties={"AvailabilityZone": zones})
        for name in network()
    }
    (check,) = offerings(cluster(open_network, GPU))

    assert check.ask(aws.account) == Unknown("the assembly leaves the zones to AWS")


@pytest.mark.parametrize(
    ("maximum", "ready"),
    # 256 addresses less AWS' five and sixteen for the control plane hold seven nodes of thirty.
    [(14, True), (15, False)],
)
def test_a_subnet_holds_so_many_full_nodes(aws: PlayedAws, maximum: int, ready: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """A full g4dn.xlarge has 29 pods with an address each, and its own; two subnets share them."""
    group = node_group("gpu", "g4dn.xlarge", maximum=maximum)
    check, _ = subnets(cluster(network(), group))

    verdict = check.ask(aws.account)

    assert check.title == "addresses in Avadot/Vpc/PrivateA"
    if ready:
        assert verdict == Ready("226 of 251 in 10.0.0.0/24 with 7 full nodes")
    else:
        assert verdict == Missing(
            "256 of 251 in 10.0.0.0/24 with 8 full nodes",
            "give Avadot a wider range before its first deploy",
        )


def test_groups_share_a_subnet(aws: PlayedAws) -> None:
    """The addresses of all groups in a subnet are added up."""
    groups = (GPU, node_group("services", "t3.large", maximum=2))
    checks = list(subnets(cluster(network(), *groups)))

    assert [check.ask(aws.account) for check in checks] == [
        Ready(f"82 of 251 in 10.0.{number}.0/24 with 2 full nodes") for number in (0, 1)
    ]


def _offers(aws: PlayedAws, zones: str) -> None:
    offers = [{"Location": f"{REGION}{zone}", "InstanceType": "g4dn.xlarge"} for zone in zones]
    request = {
        "LocationType": "availability-zone",
        "Filters": [{"Name": "instance-type", "Values": ["g4dn.xlarge"]}],
    }
    answer = {"InstanceTypeOfferings": offers}
    aws.answers("ec2", "describe_instance_type_offerings", answer, request)


def test_a_wider_range_holds_more_nodes(aws: PlayedAws) -> None:
    """What is advised where a range is too small."""
    group = node_group("gpu", "g4dn.xlarge", maximum=15)

    narrow, wide = (next(iter(subnets(cluster(network(size), group)))) for size in (24, 23))

    assert isinstance(narrow.ask(aws.account), Missing)
    assert isinstance(wide.ask(aws.account), Ready)
