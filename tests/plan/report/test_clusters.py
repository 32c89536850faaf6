"""What is said of pods where an assembly has several clusters."""

from dataclasses import replace

from plan.capacity import capacity_of
from plan.report.findings import SummaryItem, summary
from tests.plan.picture.example import pods, shop
from tests.plan.report.examples import first_deploy

_TITLE = "all pods at minimum"


def _fit(*names: str) -> SummaryItem:
    """Return the answer for as many equal clusters, each with pods that find no node."""
    lost = pods("Deployment", "lost")
    lost["spec"]["template"]["spec"]["nodeSelector"] = {"moon": "yes"}
    assembly = shop(lost)
    (one,) = capacity_of(assembly)
    clusters = tuple(replace(one, cluster=name) for name in names)
    found = summary(replace(first_deploy(assembly), capacity=clusters))
    (answer,) = (one for one in found if one.about == "Pods")
    return answer


def test_scenarios_of_several_clusters_are_told_apart() -> None:
    """A zone is missing in each of them."""
    assert f"{_TITLE} (east); " in _fit("east", "west").detail


def test_with_one_cluster_its_name_says_nothing() -> None:
    """It stands above its table."""
    assert f": {_TITLE}; " in _fit("east").detail


def test_pods_without_a_node_are_counted_in_all_clusters() -> None:
    """Two in each."""
    assert _fit("east", "west").short == "4 pods without a node"
