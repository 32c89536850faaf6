"""A pod goes through the states that a kubelet would report."""

from datetime import timedelta
from typing import Any

import pytest
from lightkube.models.core_v1 import PodCondition, PodReadinessGate
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.agent.events import pod_events
from rehearsal.cluster.agent.images import Behaviour, WaitingReason
from rehearsal.cluster.agent.pod_status import ended
from rehearsal.cluster.objects import is_ready, spec_of, status_of
from tests.rehearsal.unit.cluster.pods import START, container, image, play, pod_of


def _main(pod: Pod) -> dict[str, Any]:
    (status,) = status_of(pod).to_dict()["containerStatuses"]
    return dict(status)


def _init_states(pod: Pod) -> list[dict[str, Any]]:
    return [status["state"] for status in status_of(pod).to_dict()["initContainerStatuses"]]


def _condition(pod: Pod, kind: str) -> PodCondition:
    return next(c for c in status_of(pod).conditions or [] if c.type == kind)


def test_a_pod_is_ready_only_after_its_program_has_risen() -> None:
    """Running comes first, Ready when the start-up time is over."""
    assert not is_ready(play(pod_of(container()), image(startup_seconds=3), seconds=2))

    risen = play(pod_of(container()), image(startup_seconds=3), seconds=3)

    assert is_ready(risen)
    assert status_of(risen).phase == "Running"
    assert _condition(risen, "Ready").lastTransitionTime == START + timedelta(seconds=3)


def test_a_pod_without_probes_is_ready_when_it_runs() -> None:
    """Nobody asks a container that has no readiness probe."""
    assert is_ready(play(pod_of(container(readinessProbe=None)), image(), seconds=0))


def test_init_containers_run_one_after_the_other() -> None:
    """The second one starts when the first has ended, the program after both."""
    pod = play(pod_of(container(), inits=[container("a"), container("b")]), image(), seconds=2)

    first, second = _init_states(pod)
    assert first["terminated"]["exitCode"] == 0
    assert "running" in second
    assert _condition(pod, "Initialized").message == "containers with incomplete status: [b]"
    assert status_of(pod).phase == "Pending"


def test_a_sidecar_goes_on_beside_the_program() -> None:
    """An init container that restarts always lets the next one start as soon as it runs."""
    sidecar = container("proxy", restartPolicy="Always")

    pod = play(pod_of(container(), inits=[sidecar]), image(), seconds=5)

    (state,) = _init_states(pod)
    assert "running" in state
    assert is_ready(pod)


def test_a_pod_whose_image_is_refused_stays_pending() -> None:
    """The refusal's reason and message stand in the container's status."""
    held = WaitingReason(reason="ErrImagePull", message="not found")

    pod = play(pod_of(container()), held, seconds=5)

    waiting = {"reason": "ErrImagePull", "message": "not found"}
    assert _main(pod)["state"]["waiting"] == waiting
    assert status_of(pod).phase == "Pending"


def test_a_pod_that_still_pulls_says_that_it_is_created() -> None:
    """Before the registry has answered, nothing is wrong."""
    pod = play(pod_of(container()), WaitingReason(), seconds=1)

    assert _main(pod)["state"]["waiting"]["reason"] == "ContainerCreating"


@pytest.mark.parametrize(
    ("behaviour", "code", "reason"),
    [(Behaviour.CRASH, 1, "Error"), (Behaviour.OUT_OF_MEMORY, 137, "OOMKilled")],
)
def test_a_failing_program_backs_off_from_its_second_failure_on(
    behaviour: Behaviour, code: int, reason: str
) -> None:
    """It fails at once, starts again, fails again, and then waits ten seconds."""
    pod = play(pod_of(container()), image(behaviour), seconds=6)

    status = _main(pod)
    assert status["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert status["lastState"]["terminated"]["exitCode"] == code
    assert status["lastState"]["terminated"]["reason"] == reason
    assert status["restartCount"] == 1

    later = play(pod, image(behaviour), seconds=20, start=START + timedelta(seconds=7))
    assert _main(later)["restartCount"] == 2


def test_a_program_that_is_never_ready_runs_on() -> None:
    """Ready stays false, and nothing restarts."""
    pod = play(pod_of(container()), image(Behaviour.NEVER_READY), seconds=60)

    assert not is_ready(pod)
    assert _main(pod)["restartCount"] == 0
    assert _condition(pod, "Ready").reason == "ContainersNotReady"


def test_a_startup_probe_kills_a_program_that_rises_too_slowly() -> None:
    """Three failures in ten seconds each are less than the forty the program needs."""
    slow = container(startupProbe={"periodSeconds": 10, "failureThreshold": 3})

    pod = play(pod_of(slow), image(startup_seconds=40), seconds=31)

    assert _main(pod)["lastState"]["terminated"]["exitCode"] == 137


@pytest.mark.parametrize(
    ("behaviour", "phase"), [(Behaviour.SERVE, "Succeeded"), (Behaviour.CRASH, "Failed")]
)
def test_a_pod_that_may_end_ends(behaviour: Behaviour, phase: str) -> None:
    """A pod of a Job is over when its program is."""
    pod = play(pod_of(container(), policy="Never"), image(behaviour), seconds=5)

    assert status_of(pod).phase == phase
    assert not is_ready(pod)


@pytest.mark.parametrize(
    ("arguments", "phase"), [(["--check"], "Failed"), (["pull"], "Succeeded"), ([], "Succeeded")]
)
def test_a_program_that_is_never_ready_fails_its_check(arguments: list[str], phase: str) -> None:
    """The check asks what readiness asks; whatever else such an image is for may be done."""
    once = pod_of(container(args=arguments, readinessProbe=None), policy="Never")

    assert status_of(play(once, image(Behaviour.NEVER_READY), seconds=5)).phase == phase


def test_a_readiness_gate_is_waited_for() -> None:
    """Somebody else has to open the gate before the pod is ready."""
    pod = pod_of(container())
    spec_of(pod).readinessGates = [PodReadinessGate(conditionType="target-health")]

    assert _condition(play(pod, image(), seconds=5), "Ready").reason == "ReadinessGatesNotReady"

    opened = PodCondition(type="target-health", status="True")
    status_of(pod).conditions = [*(status_of(pod).conditions or []), opened]
    assert is_ready(play(pod, image(), seconds=1, start=START + timedelta(seconds=6)))


def test_nothing_changes_in_a_settled_pod() -> None:
    """A look at a pod that serves yields the very status it has."""
    pod = play(pod_of(container()), image(), seconds=5)
    before = status_of(pod)

    after = play(pod, image(), seconds=60, start=START + timedelta(seconds=6))

    assert status_of(after) == before


def test_a_pod_that_is_deleted_before_it_began_ends_too() -> None:
    """The kubelet has not reported any of its containers yet."""
    pod = pod_of(container(), inits=[container("a")])

    pod.status = ended(pod, START)

    assert status_of(pod).phase == "Succeeded"
    assert _condition(pod, "Initialized").message == "containers with incomplete status: [a]"


def test_a_stopped_pod_has_ended() -> None:
    """Its program ended well, and it no longer serves."""
    pod = play(pod_of(container()), image(), seconds=5)

    pod.status = ended(pod, START + timedelta(seconds=6))

    assert _main(pod)["state"]["terminated"]["exitCode"] == 0
    assert not is_ready(pod)


def test_events_tell_what_has_changed() -> None:
    """A refusal is a warning, a start is not."""
    fresh = status_of(pod_of(container()))
    held = WaitingReason(reason="ErrImagePull", message="not found")

    refused = status_of(play(pod_of(container()), held, seconds=0))
    running = status_of(play(pod_of(container()), image(), seconds=0))

    assert [h.reason for h in pod_events(fresh, refused)] == ["Failed"]
    assert [h.reason for h in pod_events(fresh, running)] == ["Pulled", "Started"]
    assert not list(pod_events(running, running))
