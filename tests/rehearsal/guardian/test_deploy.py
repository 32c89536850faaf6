"""What stands after a deploy."""

import json

import pytest

from tests.rehearsal.guardian.drill import AUDIO, STACKS, VIDEO, GuardianDrill
from tests.rehearsal.guardian.programs import NAMESPACE

pytestmark = pytest.mark.rehearsal


@pytest.fixture(scope="module")
def afresh() -> bool:
    """Deploy from nothing."""
    return True


def test_nothing_runs_for_the_analysers_while_there_is_no_work(drill: GuardianDrill) -> None:
    """All stacks stand, with no pod of an analyser and no machine that is kept for them."""
    assert {stack: drill.status(stack) for stack in STACKS} == dict.fromkeys(
        STACKS, "CREATE_COMPLETE"
    )
    assert drill.has_no_pods()
    assert drill.spot_nodes() == set()


def test_keda_watches_both_queues(drill: GuardianDrill) -> None:
    """Both ScaledObjects are ready, and each has the autoscaler that KEDA made for it."""
    listed = drill.checkout.kubectl(
        *("get", "scaledobjects,hpa", "--namespace", NAMESPACE, "--output", "json")
    )
    items = json.loads(listed.must_succeed())["items"]

    ready = {
        item["metadata"]["name"]: condition["status"]
        for item in items
        if item["kind"] == "ScaledObject"
        for condition in item["status"]["conditions"]
        if condition["type"] == "Ready"
    }
    targets = {
        item["spec"]["scaleTargetRef"]["name"]
        for item in items
        if item["kind"] == "HorizontalPodAutoscaler"
    }
    assert ready == {f"{AUDIO}-scaler": "True", f"{VIDEO}-scaler": "True"}
    assert targets == {AUDIO, VIDEO}


def test_a_second_deploy_changes_nothing(drill: GuardianDrill) -> None:
    """The same tree deployed again leaves every stack as it is."""
    ended = drill.checkout.deploy(STACKS[-1])

    assert ended.must_succeed().count("(no changes)") == len(STACKS)
