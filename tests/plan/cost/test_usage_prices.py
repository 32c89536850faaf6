"""What costs by being used."""

from pathlib import Path

from catalog.prices import Price
from plan.cost import Cost, UsagePrice
from tests.plan.assemblies import resource, thing
from tests.plan.cost.examples import cost, objects, usd


def _usage(found: Cost, what: str) -> UsagePrice:
    (only,) = [one for one in found.usage if one.what == what]
    return only


def test_use_has_a_price_and_is_in_no_sum(tmp_path: Path) -> None:
    """What goes through two gateways costs 0.059 a GB, however much that will be."""
    gateways = {name: resource("AWS::EC2::NatGateway", f"Shop/Vpc/{name}") for name in ("A", "B")}
    found = cost(tmp_path, gateways)
    data = _usage(found, "data through NAT gateways")
    assert data.sources == 2
    assert isinstance(data.price, Price)
    assert (str(data.price.usual), data.price.unit) == ("0.059", "GB")
    assert found.month == usd("86.14"), "hours only"


def test_a_price_by_use_that_is_not_known_is_said(tmp_path: Path) -> None:
    """Snapshots of a cache have no known price in Seoul."""
    cache = resource(
        "AWS::ElastiCache::ReplicationGroup",
        properties={"CacheNodeType": "cache.t4g.micro", "SnapshotRetentionLimit": 7},
    )
    assert _usage(cost(tmp_path, {"Cache": cache}), "cache snapshots").price == (
        "the price of elasticache.backup.gb-month in ap-northeast-2 is not in the catalog"
    )


def test_what_is_switched_off_is_not_listed(tmp_path: Path) -> None:
    """Without backups, snapshots, rotation, logs and interfaces there is nothing to pay for."""
    found = cost(
        tmp_path,
        {
            "Database": resource("AWS::RDS::DBInstance", properties={"BackupRetentionPeriod": 0}),
            "Cache": resource("AWS::ElastiCache::ReplicationGroup"),
            "Key": resource("AWS::KMS::Key", properties={"EnableKeyRotation": False}),
            "Cluster": resource("AWS::EKS::Cluster", properties={"Version": "1.36"}),
            "Endpoint": resource(
                "AWS::EC2::VPCEndpoint", properties={"VpcEndpointType": "Gateway"}
            ),
            "Flow": resource("AWS::EC2::FlowLog", properties={"LogDestinationType": "s3"}),
        },
    )
    assert [one.what for one in found.usage] == ["uses of keys"]


def test_each_load_balancer_has_its_traffic(tmp_path: Path) -> None:
    """Capacity units are paid beside the hours."""
    ingress = thing("Ingress", spec={"ingressClassName": "alb"})
    found = cost(tmp_path, {"Objects": objects(ingress)})
    assert _usage(found, "traffic of load balancers").sources == 1
