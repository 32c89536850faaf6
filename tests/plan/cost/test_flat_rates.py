"""What a control plane costs in standard and in extended support."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plan.cost import Line
from tests.plan.assemblies import resource
from tests.plan.cost.examples import TODAY, cost, usd


def _control_plane(directory: Path, version: str, on: date = TODAY, **others: Any) -> Line:
    cluster = resource("AWS::EKS::Cluster", properties={"Version": version, **others})
    (only,) = cost(directory, {"Cluster": cluster}, on=on).lines
    return only


def test_a_version_in_standard_support_costs_a_tenth_of_a_dollar_an_hour(tmp_path: Path) -> None:
    """73 USD a month, and the line says until when."""
    found = _control_plane(tmp_path, "1.36")
    assert found.what == "Kubernetes 1.36, standard support until 2027-08-02"
    assert found.usd == usd("73.00")


@pytest.mark.parametrize(
    ("day", "amount"), [(date(2026, 12, 1), "73.00"), (date(2026, 12, 2), "438.00")]
)
def test_the_day_decides_which_support_is_billed(tmp_path: Path, day: date, amount: str) -> None:
    """1.34 becomes six times as dear on the day on which its standard support ends."""
    assert _control_plane(tmp_path, "1.34", day).usd == usd(amount)


def test_a_version_without_a_kubectl_layer_of_ours_is_billed_all_the_same(tmp_path: Path) -> None:
    """1.33 cannot be chosen in the settings, but a cluster that has it costs extended support."""
    found = _control_plane(tmp_path, "1.33")
    assert found.what == "Kubernetes 1.33, extended support since 2026-07-29"
    assert found.usd == usd("438.00")


def test_a_cluster_that_declines_extended_support_never_pays_for_it(tmp_path: Path) -> None:
    """AWS upgrades it instead."""
    declined = {"SupportType": "STANDARD"}
    assert _control_plane(tmp_path, "1.33", UpgradePolicy=declined).usd == usd("73.00")


def test_a_version_whose_dates_are_not_known_yet_is_in_standard_support(tmp_path: Path) -> None:
    """It is too new to have left it."""
    found = _control_plane(tmp_path, "1.37")
    assert (found.what, found.usd) == ("Kubernetes 1.37, standard support", usd("73.00"))


def test_a_version_outside_the_catalog_has_no_known_price(tmp_path: Path) -> None:
    """Which support it is in cannot be told."""
    found = _control_plane(tmp_path, "1.12")
    assert found.price == "the support dates of Kubernetes 1.12 are not in the catalog"
