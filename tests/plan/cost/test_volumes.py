"""What claimed volumes cost."""

from pathlib import Path

from tests.plan.assemblies import thing
from tests.plan.cost.examples import CPU, claim, cost, line, objects, storage_class, usd, workload


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
