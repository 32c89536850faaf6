"""The changes of Silver Guardian's settings, and their risks."""

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.changes.compared import assert_risk, risks, severities
from tests.plan.changes.settings_changed import changed, with_pool, without_add_on
from tests.settings.guardian.examples import ML_SPOT, PROD


def test_more_machines_for_analyses_end_none() -> None:
    """And fewer end none either: they go when they are empty."""
    more = changed(PROD, with_pool(PROD, ML_SPOT.name, maximum=8))
    fewer = changed(PROD, with_pool(PROD, ML_SPOT.name, maximum=4))

    assert severities(more, Topic.NODES) == []
    assert_risk(fewer, Topic.NODES, Severity.NOTICE, "nodes from 5 to 4; none ends for that")


def test_other_machines_come_when_no_analysis_needs_the_old_ones() -> None:
    """A new type and a larger disk each make other machines, which Karpenter replaces."""
    for values, field in (
        ({"instance_types": ("c7i.xlarge",)}, "spec.requirements"),
        ({"disk_gib": 80}, "spec.blockDeviceMappings"),
    ):
        risk = changed(PROD, with_pool(PROD, ML_SPOT.name, **values))
        assert_risk(risk, Topic.NODES, Severity.NOTICE, f"makes other machines ({field}")


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("metrics-server", "ScaledObject guardian-prod/audio-analyzer"),
        ("keda", "ScaledObject guardian-prod/audio-analyzer"),
        ("karpenter", "NodePool ml-spot"),
    ],
)
def test_what_needs_a_removed_add_on_is_named(name: str, user: str) -> None:
    ((severity, sentence),) = risks(without_add_on(PROD, name), Topic.ADD_ONS)

    assert severity is Severity.RISKY
    assert user in sentence


def test_what_scales_from_queues_goes_with_keda() -> None:
    changes = without_add_on(PROD, "keda")

    assert "go with it, as their definition does" in risks(changes, Topic.ADD_ONS)[0][1]
