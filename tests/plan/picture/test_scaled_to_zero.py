"""Pods of which there is none until there is work, and calls that name nobody."""

import pytest

from tests.plan.assemblies import Document, thing
from tests.plan.picture.drawn import boxes, pictured, wires
from tests.plan.picture.example import pods, shop


@pytest.mark.parametrize("number", [0, 1], ids=["wide", "narrow"])
def test_pods_that_sleep_are_drawn_where_they_wake(number: int) -> None:
    """With no pod and no node there is still something to see, five hollow squares."""
    sleeper = pods("Deployment", "sleeper")
    del sleeper["spec"]["replicas"]
    target = {"scaleTargetRef": {"name": "sleeper"}, "maxReplicaCount": 5}
    scaler = thing("ScaledObject", "sleeper-scaler", spec=target)
    picture = pictured(shop(sleeper, scaler))[number]

    (group,) = [box for box in boxes(picture) if box.kind == "group"]
    (row,) = [box for box in boxes(picture) if box.title.startswith("Deployment sleeper")]
    assert group.holds(row)
    assert "0 pods, up to 5" in row.title
    assert picture.count('class="pod hollow"') == 5


def test_pods_that_sleep_and_find_no_node_stand_apart() -> None:
    """They would wait as soon as they woke."""
    sleeper = pods("Deployment", "sleeper")
    sleeper["spec"]["template"]["spec"]["nodeSelector"] = {"moon": "yes"}
    scaler = thing("ScaledObject", "sleeper", spec={"scaleTargetRef": {"name": "sleeper"}})
    found = boxes(pictured(shop(sleeper, scaler))[0])

    (waiting,) = [box for box in found if box.kind == "waiting"]
    (row,) = [box for box in found if box.title.startswith("Deployment sleeper")]
    assert waiting.holds(row)


def test_a_rule_for_all_pods_of_a_namespace_is_no_flow() -> None:
    """Else everything would lead to everything."""
    everybody: list[Document] = [{"from": [{"podSelector": {}}]}]
    spec = {"podSelector": {"matchLabels": {"app": "till"}}, "ingress": everybody}
    found = wires(pictured(shop(thing("NetworkPolicy", "all", spec=spec)))[0])

    assert "stock → till" not in found
