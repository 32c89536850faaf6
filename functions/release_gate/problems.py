"""Why the pods of a workload are not there or not ready."""

from collections.abc import Iterable

from .kube import Snapshot
from .objects import (
    KubeObject,
    condition,
    first_seen,
    is_true,
    last_seen,
    moment,
    seconds_since,
)
from .pods import PodReport
from .release import GatedWorkload
from .timeouts import FAILED_CREATE
from .verdict import PodProblem


def failed_create(owner: KubeObject, snapshot: Snapshot, elapsed: float) -> PodProblem | None:
    """Find a FailedCreate event: StatefulSets and Jobs have no condition for it.

    Events are kept for an hour, so those from before this release are left out.
    """
    for event in _warnings_about(owner, snapshot.warnings):
        age = seconds_since(last_seen(event), snapshot.at)
        if event.get("reason") == "FailedCreate" and age <= elapsed:
            lasted = min(seconds_since(first_seen(event), snapshot.at), elapsed)
            return PodProblem(f"FailedCreate: {event['message']}", final=lasted >= FAILED_CREATE)
    return None


def worst(
    pods: Iterable[KubeObject], workload: GatedWorkload, snapshot: Snapshot
) -> PodProblem | None:
    """Return a final problem of any of the pods, else one that may pass."""
    reports = (
        PodReport(
            pod=pod,
            warnings=_warnings_about(pod, snapshot.warnings),
            now=snapshot.at,
            scheduled_within=workload.scheduled_within,
            ready_within=workload.ready_within,
        )
        for pod in pods
    )
    problems = [problem for problem in (report.problem() for report in reports) if problem]
    return next((problem for problem in problems if problem.final), next(iter(problems), None))


def _warnings_about(item: KubeObject, warnings: Iterable[KubeObject]) -> list[KubeObject]:
    uid = item["metadata"]["uid"]
    return [event for event in warnings if event["involvedObject"].get("uid") == uid]


def replica_failure(replica_set: KubeObject, snapshot: Snapshot) -> PodProblem | None:
    if not is_true(replica_set, "ReplicaFailure"):
        return None
    failure = condition(replica_set, "ReplicaFailure")
    lasted = seconds_since(moment(failure.get("lastTransitionTime")), snapshot.at)
    text = f"{failure.get('reason')}: {failure.get('message')}"
    return PodProblem(text, final=lasted >= FAILED_CREATE)
