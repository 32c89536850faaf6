"""How far the rollout of one workload has come: objects in, verdict out."""

from collections.abc import Iterable, Sequence

from .finding import Finding
from .look import Look
from .objects import (
    KubeObject,
    condition,
    first_seen,
    is_observed,
    is_owned_by,
    is_true,
    last_seen,
    moment,
    name_of,
    seconds_since,
    wanted_replicas,
)
from .patience import REFUSED_POD
from .reasons import PodReport
from .release import Workload
from .verdict import Complete, Failed, Verdict, Waiting

REVISION = "deployment.kubernetes.io/revision"
POD_REVISION = "controller-revision-hash"


def judge(workload: Workload, look: Look, *, elapsed: float) -> Verdict:
    """Judge a workload by its pods of the current revision, `elapsed` seconds into the release.

    The controllers' own verdicts come late or, for a StatefulSet, never (argo-cd#6527).
    """
    found = _find(workload, look)
    if found is None:
        return Failed(f"{workload.name}: the namespace has no {workload.kind} of this name")
    if not is_observed(found):
        return _in_time(workload, "its controller has not seen the new version yet", elapsed)
    if wanted_replicas(found) == 0:
        return Complete()
    match workload.kind:
        case "Deployment":
            missing, finding = _deployment(found, workload, look)
        case _:
            missing, finding = _stateful_set(found, workload, look, elapsed)
    if not missing:
        return Complete()
    if finding and finding.final:
        return Failed(f"{workload.name}: {finding.text}")
    return _in_time(workload, f"{missing}; {finding.text}" if finding else missing, elapsed)


def _find(workload: Workload, look: Look) -> KubeObject | None:
    items = look.deployments if workload.kind == "Deployment" else look.stateful_sets
    return next((item for item in items if name_of(item) == workload.name), None)


def _in_time(workload: Workload, what: str, elapsed: float) -> Verdict:
    if elapsed < workload.limit:
        return Waiting(f"{workload.name}: {what}")
    return Failed(f"{workload.name}: not complete after {workload.limit} s: {what}")


def _deployment(
    deployment: KubeObject, workload: Workload, look: Look
) -> tuple[str, Finding | None]:
    wanted = wanted_replicas(deployment)
    status = deployment["status"]
    missing = _short_of(wanted, status, ("updatedReplicas", "availableReplicas"))
    old = status.get("replicas", 0) - status.get("updatedReplicas", 0)
    if old > 0:
        missing = ", ".join(filter(None, [missing, f"{old} old pods still there"]))
    current = _current_replica_set(deployment, look.replica_sets)
    if current is None:
        return missing, None
    pods = (pod for pod in look.pods if is_owned_by(pod, current))
    return missing, _refused_replica(current, look) or _worst(pods, workload, look)


def _stateful_set(
    stateful_set: KubeObject, workload: Workload, look: Look, elapsed: float
) -> tuple[str, Finding | None]:
    wanted = wanted_replicas(stateful_set)
    status = stateful_set["status"]
    counts = ("updatedReplicas", "readyReplicas", "availableReplicas")
    missing = _short_of(wanted, status, counts)
    if not missing and status.get("currentRevision") != status["updateRevision"]:
        missing = "its controller has not closed the update yet"
    pods = [pod for pod in look.pods if is_owned_by(pod, stateful_set)]
    updated = (pod for pod in pods if revision_of(pod) == status["updateRevision"])
    refused = None
    if len(pods) < wanted:
        refused = _refused_member(stateful_set, look, elapsed)
    return missing, refused or _worst(updated, workload, look)


def revision_of(pod: KubeObject) -> str | None:
    """Return which revision of its StatefulSet a pod was made from."""
    label: str | None = pod["metadata"].get("labels", {}).get(POD_REVISION)
    return label


def _short_of(wanted: int, status: KubeObject, counts: Sequence[str]) -> str:
    short = [count for count in counts if status.get(count, 0) != wanted]
    parts = (f"{count.removesuffix('Replicas')} {status.get(count, 0)}" for count in short)
    return f"{', '.join(parts)} of {wanted} pods" if short else ""


def _current_replica_set(
    deployment: KubeObject, replica_sets: Iterable[KubeObject]
) -> KubeObject | None:
    revision = deployment["metadata"].get("annotations", {}).get(REVISION)
    owned = (item for item in replica_sets if is_owned_by(item, deployment))
    return next(
        (item for item in owned if item["metadata"]["annotations"].get(REVISION) == revision), None
    )


def _refused_replica(replica_set: KubeObject, look: Look) -> Finding | None:
    if not is_true(replica_set, "ReplicaFailure"):
        return None
    failure = condition(replica_set, "ReplicaFailure")
    lasted = seconds_since(moment(failure.get("lastTransitionTime")), look.at)
    text = f"{failure.get('reason')}: {failure.get('message')}"
    return Finding(text, final=lasted >= REFUSED_POD)


def _refused_member(stateful_set: KubeObject, look: Look, elapsed: float) -> Finding | None:
    """Find a refusal in this release's events: a StatefulSet has no condition for it.

    Events of an earlier release live on for an hour, so an older one counts for nothing.
    """
    for event in _warnings_about(stateful_set, look.warnings):
        age = seconds_since(last_seen(event), look.at)
        if event.get("reason") == "FailedCreate" and age <= elapsed:
            lasted = min(seconds_since(first_seen(event), look.at), elapsed)
            return Finding(f"FailedCreate: {event['message']}", final=lasted >= REFUSED_POD)
    return None


def _worst(pods: Iterable[KubeObject], workload: Workload, look: Look) -> Finding | None:
    reports = (
        PodReport(
            pod=pod,
            warnings=_warnings_about(pod, look.warnings),
            now=look.at,
            scheduled_within=workload.scheduled_within,
            ready_within=workload.ready_within,
        )
        for pod in pods
    )
    findings = [finding for finding in (report.finding() for report in reports) if finding]
    return next((finding for finding in findings if finding.final), next(iter(findings), None))


def _warnings_about(item: KubeObject, warnings: Iterable[KubeObject]) -> list[KubeObject]:
    uid = item["metadata"]["uid"]
    return [event for event in warnings if event["involvedObject"].get("uid") == uid]
