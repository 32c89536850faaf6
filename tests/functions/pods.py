"""Pods, their containers and the events about them, as a cluster would show them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.release_gate.pods import PodReport
from functions.release_gate.verdict import PodProblem

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NAMESPACE = "avadot"


def ago(seconds: float) -> str:
    """Write a moment before NOW as Kubernetes does."""
    return (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def running(name: str = "server", *, ready: bool = True, since: float = 60) -> dict[str, Any]:
    """Status of a container that runs since so many seconds."""
    state = {"running": {"startedAt": ago(since)}}
    return {"name": name, "ready": ready, "restartCount": 0, "state": state}


def waiting(reason: str, message: str = "", *, restarts: int = 0) -> dict[str, Any]:
    """Status of a container that does not run."""
    state = {"waiting": {"reason": reason, "message": message}}
    return {"name": "server", "ready": False, "restartCount": restarts, "state": state}


def ended(code: int = 1, *, begun: float = 20, **details: str) -> dict[str, Any]:
    """Describe how a container ended that had begun so many seconds ago."""
    reason = "Completed" if code == 0 else "Error"
    times = {"startedAt": ago(begun), "finishedAt": ago(begun - 5)}
    return {"exitCode": code, "reason": reason, **times, **details}


def crashing(restarts: int, *, back_off: bool = False, **details: Any) -> dict[str, Any]:
    """Status of a container that ended as often and runs again, or backs off."""
    status = waiting("CrashLoopBackOff") if back_off else running(ready=False, since=2)
    return {**status, "restartCount": restarts, "lastState": {"terminated": ended(**details)}}


def pod(
    *statuses: dict[str, Any],
    name: str = "tarot-1",
    ready: bool = False,
    changed: float = 60,
    started: float = 60,
    init: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """Make a scheduled pod, its Ready condition as it is since `changed` seconds."""
    conditions = [
        {"type": "PodScheduled", "status": "True", "lastTransitionTime": ago(started)},
        {"type": "Ready", "status": str(ready), "lastTransitionTime": ago(changed)},
    ]
    limits = {"limits": {"memory": "2Gi"}}
    return {
        "metadata": {
            "name": name,
            "namespace": NAMESPACE,
            "uid": f"uid-{name}",
            "resourceVersion": "7",
            "labels": {},
        },
        "spec": {"containers": [{"name": "server", "resources": limits}]},
        "status": {
            "phase": "Running",
            "startTime": ago(started),
            "conditions": conditions,
            "initContainerStatuses": list(init),
            "containerStatuses": list(statuses),
        },
    }


def unscheduled(*, since: float, message: str = "0/4 nodes are available") -> dict[str, Any]:
    """Make a pod for which the scheduler has found no node since so many seconds."""
    made = pod()
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    condition |= {"lastTransitionTime": ago(since), "message": message}
    made["status"] = {"phase": "Pending", "conditions": [condition]}
    return made


def warning(
    about: dict[str, Any], reason: str, message: str, *, first: float, last: float = 0
) -> dict[str, Any]:
    """Make an event about an object, seen from `first` to `last` seconds ago."""
    return {
        "metadata": {"name": f"{reason}-{first}"},
        "involvedObject": {"uid": about["metadata"]["uid"]},
        "reason": reason,
        "message": message,
        "firstTimestamp": ago(first),
        "lastTimestamp": ago(last),
    }


def find(made: dict[str, Any], *warnings: dict[str, Any], **timeouts: int) -> PodProblem:
    """Return the problem of a pod that has one."""
    problem = report(made, *warnings, **timeouts).problem()
    assert problem is not None
    return problem


def report(
    made: dict[str, Any],
    *warnings: dict[str, Any],
    scheduled_within: int = 30,
    ready_within: int = 120,
) -> PodReport:
    """Report on a pod at NOW."""
    return PodReport(
        pod=made,
        warnings=warnings,
        now=NOW,
        scheduled_within=scheduled_within,
        ready_within=ready_within,
    )
