"""The headlines: what is said of pods, also where they scale to zero or in several clusters."""

from dataclasses import replace
from datetime import date

from plan.capacity import capacity_of
from plan.cost import cost_of, differences
from plan.model.assembly import Assembly
from plan.report.findings import SummaryItem, Tone, change_of_cost, summary
from tests.plan.assemblies import Written, assembled, resource
from tests.plan.capacity.builder import Group, analyser, growing, scaled
from tests.plan.picture.example import pods, shop
from tests.plan.report.examples import first_deploy


def _fit(assembly: Assembly) -> SummaryItem:
    (found,) = (one for one in summary(first_deploy(assembly)) if one.about == "Pods")
    return found


def test_pods_that_could_never_wake_are_bad_though_none_waits_now() -> None:
    """No node of the pool is large enough, and the first message would find that out."""
    found = _fit(growing(analyser("4"), scaled(5)))

    assert (found.mark, found.short) == (Tone.BAD, "No node ever for analyser")


def test_fewer_than_the_maximum_are_to_be_looked_at() -> None:
    """Five of six run, on all nodes that the pool may have."""
    found = _fit(growing(analyser("3"), scaled(6)))

    assert (found.mark, found.short) == (Tone.LOOK, "Pods fit as deployed")


def test_pods_that_sleep_and_fit_are_good() -> None:
    """In every scenario, as all others."""
    two = Group(name="general", size=2)

    assert _fit(growing(analyser("1"), scaled(1), groups=(two,))).mark is Tone.GOOD


_TITLE = "all pods at minimum"


def _fit_of_clusters(*names: str) -> SummaryItem:
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
    assert f"{_TITLE} (east); " in _fit_of_clusters("east", "west").detail


def test_with_one_cluster_its_name_says_nothing() -> None:
    """It stands above its table."""
    assert f": {_TITLE}; " in _fit_of_clusters("east").detail


def test_pods_without_a_node_are_counted_in_all_clusters() -> None:
    """Two in each."""
    assert _fit_of_clusters("east", "west").short == "4 pods without a node"


def test_what_comes_at_an_unknown_price_is_no_saving() -> None:
    """The price of what goes is known, so their sum would be less than nothing."""
    known, unknown = (
        cost_of(
            assembled(
                Written(
                    name="Shop",
                    resources={
                        "Database": resource(
                            "AWS::RDS::DBInstance",
                            "Shop/Database",
                            {"Engine": "mysql", "DBInstanceClass": name},
                        )
                    },
                )
            ),
            date(2026, 11, 30),
        )
        for name in ("db.m7g.large", "db.m7g.16xlarge")
    )

    assert change_of_cost(differences(known, unknown)) is None
    assert change_of_cost(differences(known, known)) is not None
