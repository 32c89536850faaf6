"""What gateways, addresses, endpoints and load balancers cost."""

from pathlib import Path

import pytest

from tests.plan.assemblies import Document, resource, thing
from tests.plan.cost.examples import cost, line, objects, usd

_PREFIX = "alb.ingress.kubernetes.io"


def _ingress(name: str, **annotations: str) -> Document:
    made = thing("Ingress", name, spec={"ingressClassName": "alb"})
    made["metadata"]["annotations"] = {
        f"{_PREFIX}/{key}": text for key, text in annotations.items()
    }
    return made


def _grouped(name: str, group: str, scheme: str = "internal") -> Document:
    return _ingress(name, **{"group.name": group, "scheme": scheme})


def test_a_gateway_costs_its_hours_and_its_address(tmp_path: Path) -> None:
    """730 hours at 0.059, and its public address at 0.005."""
    found = cost(
        tmp_path,
        {
            "Gateway": resource("AWS::EC2::NatGateway", "Shop/Vpc/Gateway"),
            "Address": resource("AWS::EC2::EIP", "Shop/Vpc/Address"),
        },
    )
    assert line(found, "NAT gateways").usd == usd("43.07")
    assert line(found, "public IPv4 addresses").usd == usd("3.65")


def test_an_interface_endpoint_costs_in_each_zone_and_a_gateway_endpoint_nothing(
    tmp_path: Path,
) -> None:
    """Three subnets mean three times 0.013 an hour; S3 by a gateway is free."""
    subnets = {"VpcEndpointType": "Interface", "SubnetIds": ["a", "b", "c"]}
    found = cost(
        tmp_path,
        {
            "Registry": resource("AWS::EC2::VPCEndpoint", properties=subnets),
            "Bucket": resource("AWS::EC2::VPCEndpoint", properties={"VpcEndpointType": "Gateway"}),
        },
    )
    assert found.month == line(found, "interface endpoints by zone").usd == usd("28.47")


def test_ingresses_of_a_group_share_a_load_balancer(tmp_path: Path) -> None:
    """Three Ingress objects in two groups make two load balancers at 0.0225 an hour."""
    found = cost(
        tmp_path,
        {"Objects": objects(_grouped("a", "shop"), _grouped("b", "shop"), _grouped("c", "ops"))},
    )
    assert {one.owner: one.usd for one in found.lines} == {
        "shop": usd("16.43"),
        "ops": usd("16.43"),
    }


def test_ingresses_without_a_group_have_one_each(tmp_path: Path) -> None:
    """The controller makes a load balancer for each of them."""
    found = cost(tmp_path, {"Objects": objects(_ingress("a"), _ingress("b"))})
    assert found.month == usd("32.86")


def test_an_ingress_of_another_controller_makes_none(tmp_path: Path) -> None:
    """Only the class `alb` orders load balancers of AWS."""
    nginx = thing("Ingress", "a", spec={"ingressClassName": "nginx"})
    assert not cost(tmp_path, {"Objects": objects(nginx)}).lines


@pytest.mark.parametrize(("zones", "addresses"), [(3, "10.95"), (0, "7.30")])
def test_a_load_balancer_on_the_internet_has_an_address_in_each_public_subnet(
    tmp_path: Path, zones: int, addresses: str
) -> None:
    """The controller takes the subnets with its tag; two zones are the least there can be."""
    tag = {"Key": "kubernetes.io/role/elb", "Value": "1"}
    subnets = {
        f"Subnet{zone}": resource("AWS::EC2::Subnet", properties={"Tags": [tag]})
        for zone in range(zones)
    }
    balancer = objects(_grouped("a", "shop", "internet-facing"))
    found = cost(tmp_path, {**subnets, "Objects": balancer})
    assert line(found, "public IPv4 addresses").usd == usd(addresses)


def test_a_service_of_type_load_balancer_is_not_passed_over(tmp_path: Path) -> None:
    """Its price is not modelled, and that is said."""
    service = thing("Service", "a", spec={"type": "LoadBalancer"})
    found = cost(tmp_path, {"Objects": objects(service)})
    assert found.unpriced == ("Service of type LoadBalancer",)


def test_a_resource_of_unknown_cost_is_not_passed_over(tmp_path: Path) -> None:
    """Types that are neither priced nor known to be free are listed."""
    found = cost(
        tmp_path,
        {
            "Topic": resource("AWS::OpenSearchService::Domain"),
            "Role": resource("AWS::IAM::Role"),
            "Custom": resource("Custom::Anything"),
        },
    )
    assert found.unpriced == ("AWS::OpenSearchService::Domain",)
