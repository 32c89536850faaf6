"""A pod that does not serve is named with its first real reason."""

import pytest

from functions.release_gate.finding import Finding

from .pods import ago, crashing, pod, running, unscheduled, waiting, warning
from .reports import find, report


@pytest.mark.parametrize("reason", ["ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"])
def test_image_that_cannot_be_had_fails_at_once(reason: str) -> None:
    """Nothing is gained by waiting for an image that kubelet has given up on."""
    finding = find(pod(waiting(reason, 'image "tarot:x" not found'), taken_on=1))

    expected = f'pod tarot-1: container server: {reason}: image "tarot:x" not found'
    assert finding == Finding(expected, final=True)


def test_first_failed_pull_is_waited_for() -> None:
    """A registry may stumble once, however long the pod has been there."""
    finding = find(pod(waiting("ErrImagePull", "timeout"), taken_on=900))

    assert "ErrImagePull: timeout" in finding.text
    assert not finding.final


@pytest.mark.parametrize(
    "reason", ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"]
)
def test_container_that_cannot_be_made_may_be_so_for_20_seconds(reason: str) -> None:
    """A Secret may arrive a little after the pod that needs it."""
    status = waiting(reason, 'secret "llm" not found')

    assert not find(pod(status, taken_on=19)).final
    assert find(pod(status, taken_on=20)) == Finding(
        f'pod tarot-1: container server: {reason}: secret "llm" not found', final=True
    )


def test_patience_with_a_container_starts_when_the_init_containers_are_done() -> None:
    """A long download before it is not the container's own waiting."""
    made = pod(waiting("CreateContainerConfigError"), taken_on=500)
    initialized = {"type": "Initialized", "status": "True", "lastTransitionTime": ago(5)}
    made["status"]["conditions"].append(initialized)

    assert not find(made).final


def test_unschedulable_has_to_last_and_quotes_the_scheduler() -> None:
    """A rolling update may wait for the room of a pod that is ending."""
    message = "0/4 nodes are available: 4 Insufficient nvidia.com/gpu."

    assert not find(unscheduled(since=29, message=message)).final
    assert find(unscheduled(since=30, message=message)) == Finding(
        f"pod tarot-1: Unschedulable: {message}", final=True
    )


def test_a_pod_may_wait_as_long_as_its_workload_says() -> None:
    """Where a machine has to start first, no room is nothing final for minutes."""
    assert not find(unscheduled(since=599), scheduled_within=600).final
    assert find(unscheduled(since=600), scheduled_within=600).final


@pytest.mark.parametrize(
    ("reason", "patience"),
    [("FailedMount", 60), ("FailedAttachVolume", 120), ("FailedCreatePodSandBox", 60)],
)
def test_trouble_told_by_events_has_to_persist(reason: str, patience: int) -> None:
    """Volumes and addresses may come late, so the event must repeat for a while."""
    made = pod(waiting("ContainerCreating"))
    lasting = warning(made, reason, "timed out", first=patience)
    passed = warning(made, reason, "timed out", first=patience, last=patience - 1)

    assert find(made, lasting) == Finding(f"pod tarot-1: {reason}: timed out", final=True)
    assert not find(made, passed).final


def test_failed_mount_is_over_once_containers_start() -> None:
    """Events stay for an hour, also when what they tell has passed."""
    made = pod(waiting("ErrImagePull", "timeout"))

    assert "ErrImagePull" in find(made, warning(made, "FailedMount", "late", first=100)).text


def test_event_of_the_newer_form_is_read_too() -> None:
    """Series carry their times under other names."""
    made = pod(waiting("ContainerCreating"))
    event = warning(made, "FailedMount", "timed out", first=0)
    event |= {"firstTimestamp": None, "lastTimestamp": None, "eventTime": ago(60)}

    assert not find(made, event).final
    assert find(made, {**event, "series": {"lastObservedTime": ago(0)}}).final


def test_running_container_may_stay_unready_for_its_own_time() -> None:
    """A web service has minutes, an engine build more."""
    made = pod(running(ready=False, since=119), changed=200)
    event = warning(made, "Unhealthy", "Readiness probe failed: 503", first=100)

    assert not find(made, event).final
    assert find(made, event, ready_within=119) == Finding(
        "pod tarot-1: container server: not ready 119 s after it started: "
        "Readiness probe failed: 503",
        final=True,
    )


def test_pod_that_has_served_for_days_may_blip() -> None:
    """Unreadiness counts from its own beginning, not from the container's."""
    assert not find(pod(running(ready=False, since=900_000), changed=5)).final


def test_readiness_gate_that_stays_closed_is_quoted() -> None:
    """All containers serve, but the load balancer does not see the pod healthy."""
    made = pod(running(), changed=130)
    made["status"]["conditions"][1]["message"] = 'gate "target-health" is not "True"'

    finding = find(made)

    assert finding == Finding(
        'pod tarot-1: not ready: gate "target-health" is not "True"', final=True
    )


def test_what_cannot_mend_itself_comes_first() -> None:
    """An init container that is still trying does not hide a container that is lost."""
    made = pod(waiting("InvalidImageName"), init=(crashing(1),))

    assert "InvalidImageName" in find(made).text


@pytest.mark.parametrize("change", ["ready", "ending", "evicted"])
def test_pod_that_is_ready_or_on_its_way_out_is_no_finding(change: str) -> None:
    """Its past crashes do not matter any more."""
    made = pod(crashing(9, back_off=True), ready=change == "ready")
    if change == "ending":
        made["metadata"]["deletionTimestamp"] = ago(1)
    if change == "evicted":
        made["status"]["phase"] = "Failed"

    assert report(made).finding() is None
