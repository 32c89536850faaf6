"""What node groups cost."""

from decimal import Decimal
from pathlib import Path

from catalog.prices import price
from plan.cost import Cost, as_lines
from tests.plan.assemblies import Document, resource, thing
from tests.plan.cost.examples import (
    CPU,
    allocated,
    claim,
    cost,
    group,
    line,
    objects,
    storage_class,
    usd,
    workload,
)


def test_a_group_costs_by_its_smallest_its_usual_and_its_largest_size(tmp_path: Path) -> None:
    """One, two or four t3.large for 730 hours at 0.104 USD."""
    found = cost(tmp_path, {"Group": group("nodes", "t3.large", (1, 2, 4))})
    assert line(found, "t3.large, on demand").usd == usd("75.92", "151.84", "303.68")
    assert not found.instead, "there is no spot to do without"


def test_a_spot_group_costs_what_spot_costs_and_shows_on_demand_beside_it(tmp_path: Path) -> None:
    """The cheapest zone at minimum, the middle usually, the dearest at maximum."""
    found = cost(tmp_path, {"Group": group("nodes", "g4dn.xlarge", (1, 1, 2), CapacityType="SPOT")})
    assert line(found, "g4dn.xlarge, spot").usd == usd("206.23", "210.75", "430.55")
    (instead,) = found.instead
    assert instead.what == "g4dn.xlarge, on demand"
    assert instead.usd == usd("472.31", "472.31", "944.62")
    assert found.month.usual < usd("300").usual


def test_spot_of_several_types_costs_between_the_cheapest_and_the_dearest(tmp_path: Path) -> None:
    """AWS may give any of the types, so the range is that of all."""
    types = ["g5.xlarge", "g6.xlarge"]
    found = cost(
        tmp_path,
        {"Group": group("nodes", "", (1, 1, 1), CapacityType="SPOT", InstanceTypes=types)},
    )
    spot = line(found, "g5.xlarge or g6.xlarge, spot").usd
    assert spot == usd("212.36", "305.29", "398.22")


def test_spot_with_one_type_of_unknown_price_is_unknown(tmp_path: Path) -> None:
    """AWS may give the very type of which the price is not known."""
    types = ["g5.xlarge", "g9.xlarge"]
    spot = group("nodes", "", (1, 1, 1), CapacityType="SPOT", InstanceTypes=types)
    (unknown,) = cost(tmp_path, {"Group": spot}).unknown
    assert "the price of ec2-spot.g9.xlarge" in str(unknown.price)


def test_on_demand_takes_the_type_named_first(tmp_path: Path) -> None:
    """EKS tries on demand types in their order."""
    types = ["t3.xlarge", "t3.large"]
    found = cost(tmp_path, {"Group": group("nodes", "", (1, 1, 1), InstanceTypes=types)})
    assert line(found, "t3.xlarge, on demand").usd == usd("151.84")


def test_a_machine_without_a_price_is_said_and_in_no_sum(tmp_path: Path) -> None:
    """An unknown price is a line of its own, not zero; what is known is still added up."""
    found = cost(tmp_path, {"Group": group("nodes", "m9g.large", (2, 2, 2))})
    (unknown,) = found.unknown
    assert unknown.usd is None
    assert unknown.price == "the price of ec2.m9g.large in ap-northeast-2 is not in the catalog"
    assert found.month == usd("3.65"), "the two root volumes"


def test_another_region_has_prices_of_its_own(tmp_path: Path) -> None:
    """The same group costs what us-east-1 asks for."""
    resources = {"Group": group("nodes", "t3.large", (1, 1, 1))}
    assert line(cost(tmp_path, resources, "us-east-1"), "t3.large").usd == usd("60.74")


def test_a_region_without_prices_has_no_sum(tmp_path: Path) -> None:
    """Prices of other regions are not used instead."""
    found = cost(tmp_path, {"Group": group("nodes", "t3.large", (1, 1, 1))}, "eu-west-1")
    assert len(found.unknown) == len(found.lines) == 2
    assert found.month == usd("0")


def test_root_volumes_are_those_of_the_launch_template(tmp_path: Path) -> None:
    """Two nodes with 100 GB at 0.0912, 1,000 IOPS and 125 MiB/s beyond what gp3 includes."""
    disk = {"VolumeSize": 100, "VolumeType": "gp3", "Iops": 4000, "Throughput": 250}
    data = {"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": disk}]}
    template = {"Id": {"Ref": "Template"}, "Version": "1"}
    found = cost(
        tmp_path,
        {
            "Template": resource(
                "AWS::EC2::LaunchTemplate", properties={"LaunchTemplateData": data}
            ),
            "Group": group("nodes", "t3.large", (2, 2, 2), LaunchTemplate=template),
        },
    )
    assert line(found, "root volumes, gp3, size").usd == usd("18.24")
    assert line(found, "root volumes, gp3, IOPS").usd == usd("11.40")
    assert line(found, "root volumes, gp3, throughput").usd == usd("11.40")


def test_without_a_launch_template_a_root_volume_has_20_gb(tmp_path: Path) -> None:
    """That is what EKS makes, unless the group says another size."""
    groups = {
        "Small": group("small", "t3.large", (1, 1, 1)),
        "Large": group("large", "t3.large", (1, 1, 1), DiskSize=50),
    }
    volumes = {one.owner: one.usd for one in cost(tmp_path, groups).lines if "root" in one.what}
    assert volumes == {"small": usd("1.82"), "large": usd("4.56")}


def test_two_groups_of_one_construct_are_told_apart(tmp_path: Path) -> None:
    """Where the construct is not enough, the whole path names a group."""
    groups = {
        name: resource(
            "AWS::EKS::Nodegroup",
            f"Shop/Cluster/{name}/Resource",
            group("", machine, (1, 1, 1))["Properties"],
        )
        for name, machine in (("One", "t3.large"), ("Two", "t3.xlarge"))
    }
    found = allocated(tmp_path, groups)
    assert {one.owner for one in found.lines} == {"Cluster/One/Resource", "Cluster/Two/Resource"}
    assert [str(one.usd) for one in found.groups] == ["77.74", "153.66"]


_SEOUL = "ap-northeast-2"
_TYPES = ["c5.xlarge", "c5.2xlarge", "c5a.xlarge"]
_HOURS = 720
"""Of the original's month."""


def _spot(**others: object) -> dict[str, Document]:
    return {"Spot": group("ml_spot", "", (0, 0, 5), CapacityType="SPOT", **others)}


def _cost(directory: Path) -> Cost:
    return cost(directory, _spot(InstanceTypes=_TYPES))


def test_a_group_that_begins_at_none_costs_nothing_until_pods_come(tmp_path: Path) -> None:
    """At most five of the dearest type, at the dearest price: five times 730 h at 0.171."""
    assert line(_cost(tmp_path), "c5.xlarge or").usd == usd("0", "0", "624.15")


def test_one_node_all_month_by_each_way_of_paying(tmp_path: Path) -> None:
    """730 h at 0.192; at 0.0656 to 0.0855; and 120 h of these."""
    (saving, *_) = _cost(tmp_path).savings

    assert saving.machine == "c5.xlarge"
    assert saving.usd(saving.on_demand, 730) == usd("140.16")
    assert saving.usd(saving.spot, 730) == usd("47.89", "55.15", "62.42")
    assert saving.usd(saving.spot, 120) == usd("7.87", "9.07", "10.26")


def test_the_text_says_by_how_much(tmp_path: Path) -> None:
    """And that it is not all there is to pay."""
    lines = list(as_lines(_cost(tmp_path)))

    (first,) = [text for text in lines if text.startswith("  ml_spot, c5.xlarge: ")]
    assert "on spot 47.89 to 62.42, 55 to 66 % less" in first
    assert "for 120 h of spot 7.87 to 10.26, 93 to 94 % less" in first
    assert "  without pods of these groups there is still 0.00 a month to pay" in lines


def test_a_group_with_a_node_of_its_own_saves_nothing_by_zero(tmp_path: Path) -> None:
    """Nor does one on demand."""
    standing = group("a", "c5.xlarge", (1, 1, 5), CapacityType="SPOT")
    on_demand = group("b", "c5.xlarge", (0, 0, 5))

    assert cost(tmp_path, {"A": standing, "B": on_demand}).savings == ()


def test_a_type_of_unknown_price_has_no_figure(tmp_path: Path) -> None:
    """The others have theirs."""
    found = cost(tmp_path, _spot(InstanceTypes=["c9.xlarge", "c5a.xlarge"]))

    assert [one.machine for one in found.savings] == ["c5a.xlarge"]


def test_the_originals_price_is_that_of_another_region() -> None:
    """Its 122.40 for 720 h are us-east-1's 0.17; Seoul asks 138.24."""
    assert _HOURS * price("us-east-1", "ec2.c5.xlarge").usual == Decimal("122.40")
    assert _HOURS * price(_SEOUL, "ec2.c5.xlarge").usual == Decimal("138.24")


def test_the_originals_seventy_per_cent_are_less_in_seoul() -> None:
    """Its 36 USD for spot are 47.23 to 61.56: 55 to 66 per cent less than on demand."""
    spot = price(_SEOUL, "ec2-spot.c5.xlarge")
    whole = price(_SEOUL, "ec2.c5.xlarge").usual

    assert (_HOURS * spot.low, _HOURS * spot.high) == (Decimal("47.232"), Decimal("61.560"))
    assert [round(100 * (1 - one / whole)) for one in (spot.high, spot.low)] == [55, 66]


def test_the_originals_ninety_five_per_cent_hold_for_the_node_alone() -> None:
    """Four hours a day of spot cost 93 to 94 per cent less than 720 h on demand, for one node."""
    spot = price(_SEOUL, "ec2-spot.c5.xlarge")
    whole = _HOURS * price(_SEOUL, "ec2.c5.xlarge").usual

    assert [round(100 * (1 - 120 * one / whole)) for one in (spot.high, spot.low)] == [93, 94]


def test_each_pod_of_a_stateful_set_has_a_volume(tmp_path: Path) -> None:
    """Three pods with 50 GB at 0.0912, and 375 MiB/s beyond the 125 of gp3 at 0.0456."""
    fast = storage_class("fast", type="gp3", throughput="500", iops="3000")
    sets = workload("StatefulSet", "db", 3, CPU, volumeClaimTemplates=[claim("50Gi", "fast")])
    found = cost(tmp_path, {"Objects": objects(fast, sets)})
    assert line(found, "volumes for data, gp3, size").usd == usd("13.68")
    assert line(found, "volumes for data, gp3, throughput beyond 125").usd == usd("51.30")
    assert len(found.lines) == 2, "3,000 IOPS are in the price of gp3"
    assert {one.owner for one in found.lines} == {"db"}


def test_an_autoscaled_stateful_set_has_volumes_for_all_its_pods(tmp_path: Path) -> None:
    """From two volumes to five, as its autoscaler allows."""
    scaler = thing(
        "HorizontalPodAutoscaler",
        "db",
        spec={
            "minReplicas": 2,
            "maxReplicas": 5,
            "scaleTargetRef": {"kind": "StatefulSet", "name": "db"},
        },
    )
    sets = workload("StatefulSet", "db", 3, CPU, volumeClaimTemplates=[claim("100Gi", "gp3")])
    found = cost(tmp_path, {"Objects": objects(storage_class("gp3", type="gp3"), sets, scaler)})
    assert line(found, "volumes for data").usd == usd("18.24", "27.36", "45.60")


def test_a_claim_without_a_class_gets_the_default_one(tmp_path: Path) -> None:
    """The class marked as default decides the type of the volume."""
    other = storage_class("other", type="gp2")
    default = storage_class("mine", default=True, type="gp3")
    sets = workload("StatefulSet", "db", 1, CPU, volumeClaimTemplates=[claim("100Gi")])
    found = cost(tmp_path, {"Objects": objects(other, default, sets)})
    assert line(found, "volumes for data, gp3, size").usd == usd("9.12")


def test_a_claim_gets_the_class_it_names_and_not_the_default_one(tmp_path: Path) -> None:
    """100 GB of gp2 cost 0.114 each."""
    default = storage_class("mine", default=True, type="gp3")
    other = storage_class("other", type="gp2")
    sets = workload("StatefulSet", "db", 1, CPU, volumeClaimTemplates=[claim("100Gi", "other")])
    found = cost(tmp_path, {"Objects": objects(default, other, sets)})
    assert line(found, "volumes for data, gp2, size").usd == usd("11.40")


def test_a_claim_of_a_class_that_nobody_makes_has_no_known_price(tmp_path: Path) -> None:
    """What kind of volume it will be is not known, and the class is named."""
    sets = workload("StatefulSet", "db", 1, CPU, volumeClaimTemplates=[claim("1Gi", "elsewhere")])
    (unknown,) = cost(tmp_path, {"Objects": objects(sets)}).unknown
    assert unknown.what == "volumes for data, class elsewhere, size"


def test_a_claim_of_its_own_is_one_volume(tmp_path: Path) -> None:
    """A PersistentVolumeClaim object costs, too."""
    own = thing("PersistentVolumeClaim", "shared", spec=claim("10Gi", "gp3")["spec"])
    found = cost(tmp_path, {"Objects": objects(storage_class("gp3", type="gp3"), own)})
    assert line(found, "volumes for shared").usd == usd("0.91")


def _pool(*capacities: str) -> Document:
    """Return a pool of up to four machines of two types, with 100 GiB each."""
    one_of = {"operator": "In"}
    spec = {
        "nodeClassRef": {"name": "pool"},
        "requirements": [
            {"key": "node.kubernetes.io/instance-type", "values": ["g5.xlarge", "g6.xlarge"]}
            | one_of,
            {"key": "karpenter.sh/capacity-type", "values": list(capacities)} | one_of,
        ],
    }
    disk = {"ebs": {"volumeType": "gp3", "volumeSize": "100Gi"}}
    return objects(
        {
            "apiVersion": "karpenter.k8s.aws/v1",
            "kind": "EC2NodeClass",
            "metadata": {"name": "pool"},
            "spec": {"blockDeviceMappings": [disk]},
        },
        {
            "apiVersion": "karpenter.sh/v1",
            "kind": "NodePool",
            "metadata": {"name": "pool"},
            "spec": {"template": {"spec": spec}, "limits": {"nodes": "4"}},
        },
    )


def test_a_pool_costs_nothing_without_pods(tmp_path: Path) -> None:
    """And at its limit what the dearest of its types costs on demand: Karpenter takes any."""
    found = cost(tmp_path, {"Pool": _pool("on-demand")})
    machines = line(found, "g5.xlarge or g6.xlarge, on demand").usd
    dearest = price("ap-northeast-2", "ec2.g5.xlarge").high
    assert machines == usd("0", "0", str(round(dearest * 730 * 4, 2)))
    disks = line(found, "root volumes").usd
    assert disks is not None
    assert disks.usual == 0
    assert disks.maximum > 0


def test_a_pool_of_spot_machines_shows_on_demand_beside_it(tmp_path: Path) -> None:
    """Also one that asks for spot first: that is what it usually gets."""
    for capacities in (("spot",), ("spot", "on-demand")):
        found = cost(tmp_path, {"Pool": _pool(*capacities)})
        assert line(found, "g5.xlarge or g6.xlarge, spot").usd is not None
        (instead,) = found.instead
        assert instead.what == "g5.xlarge or g6.xlarge, on demand"
