"""A Job that has to succeed once."""

from collections.abc import Iterable

from .kube import Snapshot
from .objects import (
    KubeObject,
    condition,
    is_owned_by,
    is_true,
    moment,
    name_of,
    seconds_since,
)
from .pods import CONTAINER, ending_of
from .problems import failed_create, worst
from .release import GatedWorkload
from .verdict import PodProblem


def run_once(
    job: KubeObject, workload: GatedWorkload, snapshot: Snapshot, elapsed: float
) -> tuple[str, PodProblem | None]:
    """Return what is missing until a Job has succeeded, nothing if it has, and why.

    How often a failed pod is tried again is written in the Job, so it is final only with its Job.
    """
    if is_true(job, "Complete"):
        return "", None
    missing = "has not succeeded yet"
    pods = [pod for pod in snapshot.pods if is_owned_by(pod, job)]
    ending = _last_ending(pods)
    if is_true(job, "Failed"):
        failed = condition(job, "Failed")
        why = f"{failed.get('reason')}: {ending or failed.get('message')}"
        return missing, PodProblem(why, final=True)
    problem = _overdue(pods, workload, snapshot) or worst(pods, workload, snapshot)
    if not pods:
        problem = failed_create(job, snapshot, elapsed)
    if not problem and ending:
        problem = PodProblem(ending, final=False)
    return missing, problem


def _last_ending(pods: Iterable[KubeObject]) -> str:
    failed = [pod for pod in pods if pod["status"].get("phase") == "Failed"]
    failed.sort(key=lambda pod: str(pod["status"].get("startTime", "")))
    return ending_of(failed[-1]) if failed else ""


def _overdue(
    pods: Iterable[KubeObject], workload: GatedWorkload, snapshot: Snapshot
) -> PodProblem | None:
    """Find a container that should have come to its end: it has no probe that would say so."""
    for pod in pods:
        for status in pod.get("status", {}).get("containerStatuses", []):
            running = status.get("state", {}).get("running", {})
            lasted = seconds_since(moment(running.get("startedAt")), snapshot.at)
            if lasted >= workload.ready_within:
                where = f"pod {name_of(pod)}: {CONTAINER} {status['name']}"
                return PodProblem(f"{where}: not done {lasted:.0f} s after it started", final=True)
    return None
