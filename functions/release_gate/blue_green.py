"""An Argo Rollout: a new version stands beside the old one until it is found good."""

from collections.abc import Iterator
from datetime import datetime

from .endpoints import ready_endpoints
from .kube import Snapshot
from .objects import (
    KubeObject,
    condition,
    is_owned_by,
    is_true,
    moment,
    name_of,
    seconds_since,
    wanted_replicas,
)
from .problems import replica_failure, worst
from .release import GatedWorkload
from .timeouts import FAILED_CREATE, OUTDATED_STATUS
from .verdict import PodProblem

VERSION = "rollouts-pod-template-hash"
"""The label by which the controller tells the pods of a version, and a Service selects them."""
_BAD = {"Failed", "Error", "Inconclusive"}


def promoted(
    rollout: KubeObject, workload: GatedWorkload, snapshot: Snapshot, elapsed: float
) -> tuple[str, PodProblem | None]:
    """Return what is missing until the new version serves alone, nothing if it does, and why.

    That the old pods are kept for a while, so that a switch back costs nothing, is not waited for.
    """
    status = rollout.get("status", {})
    phase, version = status.get("phase", "Progressing"), status.get("currentPodHash")
    missing = _missing(rollout, snapshot)
    current = next(_replica_sets(rollout, snapshot, version), None)
    problem = None
    if current is not None:
        pods = [pod for pod in snapshot.pods if is_owned_by(pod, current)]
        problem = replica_failure(current, snapshot) or worst(pods, workload, snapshot)
    if phase != "Degraded":
        return missing, problem
    # The phase may still be that of an earlier release, which this one is about to supersede.
    lasted = seconds_since(_degraded_at(rollout), snapshot.at)
    final = lasted <= elapsed or elapsed >= OUTDATED_STATUS
    if is_true(rollout, "InvalidSpec"):
        # A Service or template that it names may come after it.
        final = final and lasted >= FAILED_CREATE
    return phase, PodProblem(_reason(rollout, snapshot, problem), final=final)


def _missing(rollout: KubeObject, snapshot: Snapshot) -> str:
    status = rollout.get("status", {})
    phase, version = status.get("phase"), status.get("currentPodHash")
    if phase != "Healthy" or status.get("stableRS") != version:
        return ": ".join(filter(None, [phase or "Progressing", status.get("message")]))
    service = rollout["spec"]["strategy"].get("blueGreen", {}).get("activeService")
    if not service or wanted_replicas(rollout) == 0:
        return ""
    pods = {name_of(pod) for pod in _pods(rollout, snapshot, version)}
    if any(_pod_of(endpoint) in pods for endpoint in ready_endpoints(service, snapshot)):
        return ""
    return f"service {service} has no ready endpoint of version {version}"


def _reason(rollout: KubeObject, snapshot: Snapshot, problem: PodProblem | None) -> str:
    """Say which metric was beyond which limit, else what the controller and the pods say."""
    status = rollout["status"]
    causes = list(_failed_metrics(rollout, snapshot)) or [
        str(status.get("message", "Degraded")),
        *([problem.text] if problem else []),
    ]
    stable = status.get("stableRS")
    if stable and stable != status.get("currentPodHash"):
        ready = sum(is_true(pod, "Ready") for pod in _pods(rollout, snapshot, stable))
        serves = f"serves on (ready pods: {ready})" if ready else "has no ready pod either"
        causes.append(f"the old version {stable} {serves}")
    return "; ".join(causes)


def _degraded_at(rollout: KubeObject) -> datetime | None:
    changes = (condition(rollout, kind) for kind in ("Progressing", "InvalidSpec"))
    times = [
        rollout["status"].get("abortedAt"),
        *(one.get("lastTransitionTime") for one in changes),
    ]
    return max(filter(None, map(moment, times)), default=None)


def _failed_metrics(rollout: KubeObject, snapshot: Snapshot) -> Iterator[str]:
    states = rollout["status"].get("blueGreen", {})
    for key in ("prePromotionAnalysisRunStatus", "postPromotionAnalysisRunStatus"):
        name = states.get(key, {}).get("name")
        for run in snapshot.analysis_runs:
            if name == name_of(run):
                yield from _beyond_limits(run)


def _beyond_limits(run: KubeObject) -> Iterator[str]:
    limits = {one["name"]: _limit(one) for one in run["spec"]["metrics"]}
    for result in run.get("status", {}).get("metricResults", []):
        if result.get("phase") not in _BAD:
            continue
        name = result["name"]
        bad = [one for one in result.get("measurements", []) if one.get("phase") in _BAD]
        last = bad[-1] if bad else {}
        message = last.get("message") or result.get("message")
        if last.get("value") and last["phase"] != "Error":
            yield f"metric {name} was {last['value']}{limits.get(name, '')}"
        else:
            yield f"metric {name} could not be measured: {message or 'it does not say why'}"


def _limit(metric: KubeObject) -> str:
    wanted, unwanted = metric.get("successCondition"), metric.get("failureCondition")
    if wanted:
        return f", wanted is {wanted}"
    return f", not wanted is {unwanted}" if unwanted else ""


def _replica_sets(
    rollout: KubeObject, snapshot: Snapshot, version: str | None
) -> Iterator[KubeObject]:
    for item in snapshot.replica_sets:
        if is_owned_by(item, rollout) and _version_of(item) == version:
            yield item


def _pods(rollout: KubeObject, snapshot: Snapshot, version: str | None) -> Iterator[KubeObject]:
    for owner in _replica_sets(rollout, snapshot, version):
        yield from (pod for pod in snapshot.pods if is_owned_by(pod, owner))


def _pod_of(endpoint: KubeObject) -> str | None:
    name: str | None = (endpoint.get("targetRef") or {}).get("name")
    return name


def _version_of(item: KubeObject) -> str | None:
    label: str | None = item["metadata"].get("labels", {}).get(VERSION)
    return label
