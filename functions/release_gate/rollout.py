"""The verdict on a release: objects in, verdict out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .blue_green import VERSION, promoted
from .endpoints import ready_endpoints
from .job import run_once
from .kube import Snapshot
from .objects import (
    KubeObject,
    is_observed,
    is_owned_by,
    name_of,
    wanted_replicas,
)
from .problems import failed_create, replica_failure, worst
from .release import GatedRelease, GatedWorkload
from .verdict import Complete, Failed, PodProblem, Verdict, Waiting

REVISION = "deployment.kubernetes.io/revision"
POD_REVISION = "controller-revision-hash"


def judge_release(
    release: GatedRelease, snapshots: Mapping[str, Snapshot], *, elapsed: float
) -> Verdict:
    """Judge all workloads, and once they are complete the services in front of them.

    `snapshots` are by namespace; `elapsed` counts seconds from the start of the release.
    """
    verdicts = [
        judge(workload, snapshots[workload.namespace], elapsed=elapsed)
        for workload in release.workloads
    ]
    failures = [verdict.reason for verdict in verdicts if isinstance(verdict, Failed)]
    if failures:
        return Failed("; ".join(failures))
    waits = [verdict.what for verdict in verdicts if isinstance(verdict, Waiting)]
    if waits:
        return Waiting("; ".join(waits))
    without_endpoint = [
        service
        for namespace, service in release.services
        if not any(ready_endpoints(service, snapshots[namespace]))
        and not _is_scaled_to_zero(service, snapshots[namespace])
    ]
    if not without_endpoint:
        return Complete()
    what = f"no ready endpoint for service {', '.join(without_endpoint)}"
    if elapsed < release.limit:
        return Waiting(what)
    return Failed(f"not complete after {release.limit} s: {what}")


def _is_scaled_to_zero(service: str, snapshot: Snapshot) -> bool:
    """Whether a service selects only workloads with `replicas: 0`."""
    found = (item for item in snapshot.services if name_of(item) == service)
    selector = next((item["spec"].get("selector") for item in found), None)
    if not selector:
        return False
    # Argo's controller adds the version, which no template has.
    selector = {key: value for key, value in selector.items() if key != VERSION}
    kinds = (*snapshot.deployments, *snapshot.stateful_sets, *snapshot.rollouts)
    behind = list(_selected(kinds, selector))
    return bool(behind) and all(
        is_observed(workload) and wanted_replicas(workload) == 0 for workload in behind
    )


def _selected(workloads: Iterable[KubeObject], selector: KubeObject) -> Iterator[KubeObject]:
    for workload in workloads:
        labels = workload["spec"]["template"]["metadata"].get("labels", {})
        if selector.items() <= labels.items():
            yield workload


def judge(workload: GatedWorkload, snapshot: Snapshot, *, elapsed: float) -> Verdict:
    """Judge a workload by its pods of the current revision.

    `progressDeadlineSeconds` comes late, and a StatefulSet has none (argo-cd#6527).
    """
    found = _find(workload, snapshot)
    if found is None:
        if workload.kind == "Job":
            # It was applied, and nothing deletes Jobs that have ended but people. Else their
            # tidying up would fail every later release and its rollback.
            return Complete()
        return Failed(
            f"{workload.name}: namespace {workload.namespace} has no {workload.kind} of this name"
        )
    if workload.kind == "Job":
        missing, problem = run_once(found, workload, snapshot, elapsed)
        return _verdict(workload, missing, problem, elapsed)
    if not is_observed(found):
        return _in_time(workload, "its controller has not observed the new version yet", elapsed)
    if workload.kind not in ("DaemonSet", "Rollout") and wanted_replicas(found) == 0:
        return Complete()
    match workload.kind:
        case "Rollout":
            missing, problem = promoted(found, workload, snapshot, elapsed)
        case "DaemonSet":
            missing, problem = _daemon_set(found, workload, snapshot)
        case "Deployment":
            missing, problem = _deployment(found, workload, snapshot)
        case _:
            missing, problem = _stateful_set(found, workload, snapshot, elapsed)
    return _verdict(workload, missing, problem, elapsed)


def _verdict(
    workload: GatedWorkload, missing: str, problem: PodProblem | None, elapsed: float
) -> Verdict:
    if not missing:
        return Complete()
    if problem and problem.final:
        return Failed(f"{workload.name}: {problem.text}")
    return _in_time(workload, f"{missing}; {problem.text}" if problem else missing, elapsed)


def _find(workload: GatedWorkload, snapshot: Snapshot) -> KubeObject | None:
    items = {
        "Deployment": snapshot.deployments,
        "StatefulSet": snapshot.stateful_sets,
        "DaemonSet": snapshot.daemon_sets,
        "Job": snapshot.jobs,
        "Rollout": snapshot.rollouts,
    }[workload.kind]
    return next((item for item in items if name_of(item) == workload.name), None)


def _in_time(workload: GatedWorkload, what: str, elapsed: float) -> Verdict:
    if elapsed < workload.limit:
        return Waiting(f"{workload.name}: {what}")
    return Failed(f"{workload.name}: not complete after {workload.limit} s: {what}")


def _deployment(
    deployment: KubeObject, workload: GatedWorkload, snapshot: Snapshot
) -> tuple[str, PodProblem | None]:
    wanted = wanted_replicas(deployment)
    status = deployment["status"]
    missing = _short_of(wanted, status, ("updatedReplicas", "availableReplicas"))
    old = status.get("replicas", 0) - status.get("updatedReplicas", 0)
    if old > 0:
        missing = ", ".join(filter(None, [missing, f"{old} old pods not terminated yet"]))
    current = _current_replica_set(deployment, snapshot.replica_sets)
    if current is None:
        return missing, None
    pods = (pod for pod in snapshot.pods if is_owned_by(pod, current))
    return missing, replica_failure(current, snapshot) or worst(pods, workload, snapshot)


def _stateful_set(
    stateful_set: KubeObject, workload: GatedWorkload, snapshot: Snapshot, elapsed: float
) -> tuple[str, PodProblem | None]:
    wanted = wanted_replicas(stateful_set)
    status = stateful_set["status"]
    counts = ("updatedReplicas", "readyReplicas", "availableReplicas")
    missing = _short_of(wanted, status, counts)
    if not missing and status.get("currentRevision") != status["updateRevision"]:
        missing = "its controller has not finished the update yet"
    pods = [pod for pod in snapshot.pods if is_owned_by(pod, stateful_set)]
    updated = (pod for pod in pods if revision_of(pod) == status["updateRevision"])
    failure = None
    if len(pods) < wanted:
        failure = failed_create(stateful_set, snapshot, elapsed)
    return missing, failure or worst(updated, workload, snapshot)


def _daemon_set(
    daemon_set: KubeObject, workload: GatedWorkload, snapshot: Snapshot
) -> tuple[str, PodProblem | None]:
    """Ask for a pod on each of its nodes; a group that starts from zero may have none."""
    status = daemon_set["status"]
    wanted = status.get("desiredNumberScheduled", 0)
    counts = {"updated": "updatedNumberScheduled", "available": "numberAvailable"}
    short = [
        f"{word} {status.get(count, 0)}"
        for word, count in counts.items()
        if status.get(count, 0) != wanted
    ]
    missing = f"{', '.join(short)} of {wanted} pods" if short else ""
    pods = (pod for pod in snapshot.pods if is_owned_by(pod, daemon_set))
    return missing, worst(pods, workload, snapshot)


def revision_of(pod: KubeObject) -> str | None:
    """Return the ControllerRevision of its StatefulSet that a pod was created from."""
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
