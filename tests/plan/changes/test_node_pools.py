"""Node pools of Karpenter change, or go."""

from dataclasses import replace
from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Changes, Severity, Topic
from tests.plan.capacity.builder import GENERAL, SPOT, Document, Pool, analyser, cluster
from tests.plan.changes.compared import assert_risk, objects, severities

_OTHER = replace(SPOT, name="other")


def _compared(before: tuple[Pool, ...], after: tuple[Pool, ...], *applied: Document) -> Changes:
    return compare(
        cluster((GENERAL,), applied, pools=before),
        cluster((GENERAL,), applied, pools=after),
        "Case",
    )


@pytest.mark.parametrize(
    "values",
    [
        {"instance_types": ["c5.2xlarge"]},
        {"labels": {"workload": "other"}},
        {"taints": []},
        {"zones": SPOT.zones[:1]},
    ],
    ids=str,
)
def test_what_makes_other_machines_replaces_those_that_are_there(values: dict[str, Any]) -> None:
    """One after another, and not from under a pod that asks not to be disrupted."""
    changes = _compared((SPOT,), (replace(SPOT, **values),))
    assert_risk(changes, Topic.NODES, Severity.NOTICE, "Karpenter replaces those")


def test_a_lower_limit_ends_no_machine() -> None:
    """A higher one is no risk at all."""
    more = replace(SPOT, maximum=8)
    assert_risk(_compared((more,), (SPOT,)), Topic.NODES, Severity.NOTICE, "nodes from 8 to 5")
    assert severities(_compared((SPOT,), (more,)), Topic.NODES) == []


def test_pods_that_only_a_removed_pool_takes_are_named() -> None:
    """They would wait for ever."""
    changes = _compared((SPOT,), (), analyser("1"))
    assert_risk(changes, Topic.NODES, Severity.RISKY, "Deployment case/analyser may run on no")


def test_pods_may_move_from_a_removed_pool_to_another_one() -> None:
    """Its machines end with it all the same."""
    changes = _compared((SPOT, _OTHER), (_OTHER,), analyser("1"))
    assert_risk(changes, Topic.NODES, Severity.RISKY, "the pods on them need capacity elsewhere")


@pytest.mark.parametrize(
    ("spec", "topic", "words"),
    [
        (
            {"metadataOptions": {"httpPutResponseHopLimit": 2, "httpTokens": "required"}},
            Topic.EXPOSURE,
            "lets pods have the credentials",
        ),
        (
            {"metadataOptions": {"httpPutResponseHopLimit": 1, "httpTokens": "optional"}},
            Topic.EXPOSURE,
            "forward a request",
        ),
        (
            {"blockDeviceMappings": [{"ebs": {"encrypted": False}}]},
            Topic.PROTECTION,
            "no longer encrypts the disks",
        ),
    ],
)
def test_machines_that_are_less_protected_are_a_risk(
    spec: Document, topic: Topic, words: str
) -> None:
    """As those of a node group."""
    safe = {
        "metadataOptions": {"httpPutResponseHopLimit": 1, "httpTokens": "required"},
        "blockDeviceMappings": [{"ebs": {"encrypted": True}}],
    }
    made: Document = {"apiVersion": "karpenter.k8s.aws/v1", "kind": "EC2NodeClass"}
    made |= {"metadata": {"name": "pool"}}
    changes = objects([made | {"spec": safe}], [made | {"spec": safe | spec}])
    assert_risk(changes, topic, Severity.RISKY, words)


def test_a_new_pool_is_no_risk() -> None:
    """Nothing starts before pods ask for it."""
    assert severities(_compared((), (SPOT,), analyser("1")), Topic.NODES) == []
