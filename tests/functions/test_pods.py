"""A pod that does not serve is named with its first real reason."""

import pytest

from functions.release_gate.verdict import PodProblem

from .pods import ago, crashing, ended, find, pod, report, running, unscheduled, waiting, warning


@pytest.mark.parametrize("reason", ["ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"])
def test_image_that_cannot_be_had_fails_at_once(reason: str) -> None:
    """Nothing is gained by waiting for an image that kubelet has given up on."""
    problem = find(pod(waiting(reason, 'image "tarot:x" not found'), started=1))

    expected = f'pod tarot-1: container server: {reason}: image "tarot:x" not found'
    assert problem == PodProblem(expected, final=True)


def test_first_failed_pull_is_waited_for() -> None:
    """A registry may stumble once, however long the pod has been there."""
    problem = find(pod(waiting("ErrImagePull", "timeout"), started=900))

    assert "ErrImagePull: timeout" in problem.text
    assert not problem.final


@pytest.mark.parametrize(
    "reason", ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"]
)
def test_container_that_cannot_be_made_may_be_so_for_20_seconds(reason: str) -> None:
    """A Secret may arrive a little after the pod that needs it."""
    status = waiting(reason, 'secret "llm" not found')

    assert not find(pod(status, started=19)).final
    assert find(pod(status, started=20)) == PodProblem(
        f'pod tarot-1: container server: {reason}: secret "llm" not found', final=True
    )


def test_timeout_of_a_container_starts_when_the_init_containers_are_done() -> None:
    """A long download before it is not the container's own waiting."""
    made = pod(waiting("CreateContainerConfigError"), started=500)
    initialized = {"type": "Initialized", "status": "True", "lastTransitionTime": ago(5)}
    made["status"]["conditions"].append(initialized)

    assert not find(made).final


def test_unschedulable_has_to_last_and_quotes_the_scheduler() -> None:
    """A rolling update may wait for the room of a pod that is ending."""
    message = "0/4 nodes are available: 4 Insufficient nvidia.com/gpu."

    assert not find(unscheduled(since=29, message=message)).final
    assert find(unscheduled(since=30, message=message)) == PodProblem(
        f"pod tarot-1: Unschedulable: {message}", final=True
    )


def test_a_pod_may_wait_as_long_as_its_workload_says() -> None:
    """Where a machine has to start first, no room is nothing final for minutes."""
    assert not find(unscheduled(since=599), scheduled_within=600).final
    assert find(unscheduled(since=600), scheduled_within=600).final


@pytest.mark.parametrize(
    ("reason", "timeout"),
    [("FailedMount", 60), ("FailedAttachVolume", 120), ("FailedCreatePodSandBox", 60)],
)
def test_problem_told_by_events_has_to_persist(reason: str, timeout: int) -> None:
    """Volumes and addresses may come late, so the event must repeat for a while."""
    made = pod(waiting("ContainerCreating"))
    lasting = warning(made, reason, "timed out", first=timeout)
    passed = warning(made, reason, "timed out", first=timeout, last=timeout - 1)

    assert find(made, lasting) == PodProblem(f"pod tarot-1: {reason}: timed out", final=True)
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
    assert find(made, event, ready_within=119) == PodProblem(
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

    problem = find(made)

    assert problem == PodProblem(
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

    assert report(made).problem() is None


def test_crash_loop_fails_with_exit_code_and_last_words() -> None:
    """Who reads the reason learns how the program ended."""
    status = crashing(1, back_off=True, code=3, message="no database\n")
    problem = find(pod(status))

    assert problem.final
    assert "container server: CrashLoopBackOff: exit code 3, 'no database'" in problem.text


def test_one_crash_is_forgiven_and_a_second_restart_is_not() -> None:
    """A dependency may have been missing the first time."""
    assert not find(pod(crashing(1))).final
    assert find(pod(crashing(2))).final


def test_crash_of_long_ago_says_nothing() -> None:
    """Restarts of last week do not make a pod that is unready for a moment a failure."""
    made = pod(crashing(5, begun=900), changed=3)

    assert not find(made).final


def test_out_of_memory_names_the_limit() -> None:
    """The figure to change stands in the reason."""
    problem = find(pod(crashing(2, code=137, reason="OOMKilled")))

    assert problem.final
    assert "OOMKilled at a limit of 2Gi memory, exit code 137" in problem.text


def test_restart_by_a_probe_is_told_with_the_probe() -> None:
    """An exit code of 137 alone would hide that kubelet killed the program."""
    made = pod(crashing(2, code=137))
    events = [
        warning(made, "Unhealthy", "Startup probe failed: connection refused", first=40, last=4),
        warning(made, "Unhealthy", "Readiness probe failed: 503", first=90, last=80),
    ]

    assert "exit code 137 (2 restarts): Startup probe failed" in find(made, *events).text


def test_init_container_is_named_as_such_and_may_try_more_often() -> None:
    """Models come over the network with an identity that may be late."""
    patient = find(pod(waiting("PodInitializing"), init=(crashing(2, back_off=True),)))
    lost = find(pod(waiting("PodInitializing"), init=(crashing(3, back_off=True),)))

    assert not patient.final
    assert lost.final
    assert "init container server: CrashLoopBackOff: exit code 1" in lost.text


def test_finished_init_container_is_no_finding() -> None:
    """It may have failed twice before it went well."""
    status = {**crashing(3), "state": {"terminated": ended(0)}}

    assert report(pod(waiting("PodInitializing"), init=(status,))).problem() is None
