"""A Job that a release waits for: complete once it has succeeded, failed for its pods' reason."""

from typing import Any

import pytest

from functions.release_gate.rollout import judge
from functions.release_gate.verdict import Complete, Failed, Verdict, Waiting

from .pods import ended, pod, running, unscheduled, waiting, warning
from .workloads import CHECK, job, owned, snapshot

_NAME = CHECK.name
_GAVE_UP = {
    "type": "Failed",
    "reason": "BackoffLimitExceeded",
    "message": "Job has reached the specified backoff limit",
}
_NOT_YET = f"{_NAME}: has not succeeded yet"


def check(
    made: dict[str, Any], *pods: dict[str, Any], elapsed: float = 60, **found: Any
) -> Verdict:
    mine = [owned(one, made) for one in pods]
    return judge(CHECK, snapshot(jobs=[made], pods=mine, **found), elapsed=elapsed)


def failed(*, name: str = "tarot-1", started: float = 60, **details: Any) -> dict[str, Any]:
    """Make a pod whose only container ended badly and is not started again."""
    state = {"name": "server", "ready": False, "restartCount": 0}
    made = pod({**state, "state": {"terminated": ended(**details)}}, name=name, started=started)
    made["status"]["phase"] = "Failed"
    return made


def test_a_job_that_has_succeeded_is_complete() -> None:
    """Its pod may be gone, with the machine that was started for it."""
    assert check(job(type="Complete")) == Complete()


def test_a_job_is_waited_for_while_its_pod_runs() -> None:
    """A Job has no observed generation, so its conditions alone count."""
    assert check(job(), pod(running(ready=True, since=5), ready=True)) == Waiting(_NOT_YET)


def test_a_job_that_somebody_has_deleted_does_not_stop_releases() -> None:
    """It was there when it was applied; else no release and no rollback would get through."""
    assert judge(CHECK, snapshot(), elapsed=1) == Complete()


def test_a_job_that_gave_up_fails_with_what_its_last_pod_said() -> None:
    """Workload, pod, container, exit code, and the program's one sentence."""
    said = '{"level": "INFO"}\nvideo-analyzer: ffprobe is not installed\n'
    first = failed(name="tarot-1", started=60, code=1, message="no credentials yet")
    last = failed(name="tarot-2", started=20, code=1, message=said)

    assert check(job(**_GAVE_UP), last, first) == Failed(
        f"{_NAME}: BackoffLimitExceeded: pod tarot-2: container server: exit code 1, "
        "'video-analyzer: ffprobe is not installed'"
    )


def test_a_job_out_of_memory_says_at_which_limit() -> None:
    """As of every other pod."""
    verdict = check(job(**_GAVE_UP), failed(code=137, reason="OOMKilled"))

    assert "container server: OOMKilled at a limit of 2Gi memory, exit code 137" in str(verdict)


def test_a_failed_pod_may_be_tried_again() -> None:
    """Its role may be known a moment later; the Job says when it gives up."""
    assert check(job(), failed(code=1)) == Waiting(
        f"{_NOT_YET}; pod tarot-1: container server: exit code 1"
    )


def test_a_job_over_its_deadline_has_no_pod_left_to_ask() -> None:
    """The controller deletes what still runs, so its own words have to do."""
    deadline = {"reason": "DeadlineExceeded", "message": "Job was active longer than it may be"}
    assert check(job(type="Failed", **deadline)) == Failed(
        f"{_NAME}: DeadlineExceeded: Job was active longer than it may be"
    )


def test_an_evicted_pod_says_why() -> None:
    """None of its containers has an exit code."""
    evicted = pod()
    evicted["status"] |= {"phase": "Failed", "reason": "Evicted", "message": "node was low on disk"}

    assert "pod tarot-1: Evicted: node was low on disk" in str(check(job(**_GAVE_UP), evicted))


def test_an_init_container_that_fails_is_named() -> None:
    """The program itself has not started."""
    state = {"name": "pull", "state": {"terminated": ended(3)}}
    made = pod(waiting("PodInitializing"), init=(state,))
    made["status"]["phase"] = "Failed"

    assert "init container pull: exit code 3" in str(check(job(**_GAVE_UP), made))


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (pod(waiting("ImagePullBackOff", "not found")), "ImagePullBackOff: not found"),
        (unscheduled(since=600), "Unschedulable: 0/4 nodes are available"),
    ],
)
def test_a_pod_that_cannot_start_fails_its_job(made: dict[str, Any], reason: str) -> None:
    """By the rules for all pods, long before the Job itself would give up."""
    verdict = check(job(), made)

    assert isinstance(verdict, Failed)
    assert reason in verdict.reason


def test_a_pod_may_wait_for_its_machine() -> None:
    """A spot machine from zero takes minutes."""
    verdict = check(job(), unscheduled(since=200), elapsed=200)

    assert isinstance(verdict, Waiting)
    assert "Unschedulable" in verdict.what


def test_a_container_that_does_not_come_to_its_end_fails() -> None:
    """Within the time in which it would have had to be ready."""
    verdict = check(job(), pod(running(ready=True, since=60), ready=True))

    assert verdict == Failed(
        f"{_NAME}: pod tarot-1: container server: not done 60 s after it started"
    )


def test_pods_of_a_former_job_are_not_judged() -> None:
    """It is deleted only after the release, and may have failed."""
    former = owned(failed(code=1), job("tarot-check-0000"))
    found = snapshot(jobs=[job(), job("tarot-check-0000", **_GAVE_UP)], pods=[former])

    assert judge(CHECK, found, elapsed=1) == Waiting(_NOT_YET)


def test_a_job_whose_pod_is_refused_fails() -> None:
    """By a quota or by admission: its controller goes on trying without a word in its status."""
    made = job()
    refusal = warning(made, "FailedCreate", "exceeded quota: analyzers", first=30)

    assert check(made, warnings=[refusal]) == Failed(
        f"{_NAME}: FailedCreate: exceeded quota: analyzers"
    )
