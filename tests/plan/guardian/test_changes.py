"""The changes of Silver Guardian's settings, and their risks."""

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.changes.compared import assert_risk, risks, severities
from tests.plan.changes.settings_changed import changed, with_group, without_add_on
from tests.settings.guardian.examples import ML_SPOT, PROD


def test_more_machines_for_analyses_that_run_keep_those_that_are_counted() -> None:
    """The remedy that the finding names: the number of nodes that there are, as `desired`."""
    forgotten = changed(PROD, with_group(PROD, ML_SPOT.name, maximum=8))
    counted = changed(PROD, with_group(PROD, ML_SPOT.name, maximum=8, desired=5))

    assert_risk(forgotten, Topic.NODES, Severity.RISKY, "is set to its DesiredSize 0")
    assert severities(counted, Topic.NODES) == []


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("metrics-server", "ScaledObject guardian-prod/audio-analyzer"),
        ("keda", "ScaledObject guardian-prod/audio-analyzer"),
        ("cluster-autoscaler", "AWS::EKS::Nodegroup ml-spot/Group"),
    ],
)
def test_what_needs_a_removed_add_on_is_named(name: str, user: str) -> None:
    ((severity, sentence),) = risks(without_add_on(PROD, name), Topic.ADD_ONS)

    assert severity is Severity.RISKY
    assert user in sentence


def test_what_scales_from_queues_goes_with_keda() -> None:
    changes = without_add_on(PROD, "keda")

    assert "go with it, as their definition does" in risks(changes, Topic.ADD_ONS)[0][1]
