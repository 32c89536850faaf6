"""Workloads with their pods and services, as a cluster would show them."""

from typing import Any

from functions.release_gate.kube import Snapshot
from functions.release_gate.release import GatedRelease, GatedWorkload

from .pods import NAMESPACE, NOW

TAROT = GatedWorkload(
    namespace=NAMESPACE,
    kind="Deployment",
    name="tarot",
    scheduled_within=30,
    ready_within=120,
    limit=600,
)
AUDIO2FACE = GatedWorkload(
    namespace=NAMESPACE,
    kind="StatefulSet",
    name="audio2face",
    scheduled_within=30,
    ready_within=1800,
    limit=2700,
)

DEVICE_PLUGIN = GatedWorkload(
    namespace=NAMESPACE,
    kind="DaemonSet",
    name="device-plugin",
    scheduled_within=30,
    ready_within=120,
    limit=600,
)
CHECK = GatedWorkload(
    namespace=NAMESPACE,
    kind="Job",
    name="tarot-check-1a2b",
    scheduled_within=600,
    ready_within=60,
    limit=1200,
)

STT = GatedWorkload(
    namespace=NAMESPACE,
    kind="Rollout",
    name="stt",
    scheduled_within=300,
    ready_within=600,
    limit=1800,
)


def release(*workloads: GatedWorkload, services: tuple[str, ...] = ()) -> GatedRelease:
    return GatedRelease(
        cluster="avadot-prod",
        endpoint="https://127.0.0.1",
        certificate_authority="",
        workloads=workloads,
        services=tuple((NAMESPACE, name) for name in services),
    )


def snapshot(**found: list[dict[str, Any]]) -> Snapshot:
    """Make a snapshot of these objects at NOW, and nothing else."""
    owners = ("replica_sets", "deployments", "stateful_sets", "daemon_sets")
    kinds = (*owners, "rollouts", "analysis_runs", "pods", "jobs", "services")
    nothing: dict[str, Any] = {key: [] for key in (*kinds, "endpoint_slices", "warnings")}
    return Snapshot(namespace=NAMESPACE, at=NOW, **{**nothing, **found})


def owned(item: dict[str, Any], owner: dict[str, Any]) -> dict[str, Any]:
    item["metadata"]["ownerReferences"] = [{"uid": owner["metadata"]["uid"], "controller": True}]
    return item


def deployment(name: str = "tarot", *, replicas: int = 2, **status: int) -> dict[str, Any]:
    """Make a Deployment, complete except for the counts given."""
    complete = dict.fromkeys(("replicas", "updatedReplicas", "availableReplicas"), replicas)
    made = _workload(name, replicas, {**complete, "observedGeneration": 3, **status})
    made["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "2"}
    return made


def replica_set(
    owner: dict[str, Any], revision: str = "2", failure: dict[str, str] | None = None
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "metadata": {
            "name": f"tarot-{revision}",
            "uid": f"uid-tarot-{revision}",
            "annotations": {"deployment.kubernetes.io/revision": revision},
        },
        "status": {"conditions": [{"type": "ReplicaFailure", **failure}] if failure else []},
    }
    return owned(made, owner)


def stateful_set(*, replicas: int = 2, **status: Any) -> dict[str, Any]:
    """Make a StatefulSet, complete at revision `good` except for the status given."""
    counts = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    complete: dict[str, Any] = dict.fromkeys(counts, replicas)
    complete |= {"currentRevision": "good", "updateRevision": "good", "observedGeneration": 3}
    return _workload("audio2face", replicas, complete | status)


def member(owner: dict[str, Any], revision: str, made: dict[str, Any]) -> dict[str, Any]:
    """Make a pod the StatefulSet's, of that revision."""
    made["metadata"]["labels"] = {"controller-revision-hash": revision}
    return owned(made, owner)


def daemon_set(*, nodes: int = 2, **status: int) -> dict[str, Any]:
    """Make a DaemonSet, complete on so many nodes except for the counts given."""
    counts = ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    complete = {**dict.fromkeys(counts, nodes), "observedGeneration": 3}
    return _workload("device-plugin", nodes, complete | status)


def blue_green(*, replicas: int = 2, **status: Any) -> dict[str, Any]:
    """Make a Rollout whose version `green` is promoted except for the status given."""
    complete: dict[str, Any] = {
        "observedGeneration": "3",
        "phase": "Healthy",
        "currentPodHash": "green",
        "stableRS": "green",
    }
    made = _workload("stt", replicas, complete | status)
    made["spec"]["strategy"] = {
        "blueGreen": {"activeService": "stt", "previewService": "stt-preview"}
    }
    return made


def colour(
    owner: dict[str, Any], version: str, *pods: dict[str, Any], **failure: str
) -> dict[str, list[dict[str, Any]]]:
    """Make a version of a Rollout: its ReplicaSet and its pods."""
    made: dict[str, Any] = {
        "metadata": {
            "name": f"stt-{version}",
            "uid": f"uid-stt-{version}",
            "labels": {"rollouts-pod-template-hash": version},
        },
        "status": {"conditions": [{"type": "ReplicaFailure", **failure}] if failure else []},
    }
    return {
        "replica_sets": [owned(made, owner)],
        "pods": [owned(pod, made) for pod in pods],
    }


def job(name: str = "tarot-check-1a2b", **condition: str) -> dict[str, Any]:
    """Make a Job that still runs, or that ended with the condition given."""
    return {
        "metadata": {"name": name, "namespace": NAMESPACE, "uid": f"uid-{name}", "generation": 1},
        "spec": {"backoffLimit": 2},
        "status": {"conditions": [{"status": "True", **condition}] if condition else []},
    }


def service(name: str) -> dict[str, Any]:
    """Make a Service in front of the workload of the same name."""
    return {"metadata": {"name": name}, "spec": {"selector": {"app": name}}}


def endpoints_of(service_name: str, *pods: dict[str, Any]) -> dict[str, Any]:
    """Make a slice with a ready endpoint for each pod."""
    made = endpoint_slice(service_name, *({"ready": True} for _ in pods))
    for endpoint, pod in zip(made["endpoints"], pods, strict=True):
        endpoint["targetRef"] = {"kind": "Pod", "name": pod["metadata"]["name"]}
    return made


def endpoint_slice(service_name: str, *conditions: dict[str, bool]) -> dict[str, Any]:
    """Make a slice with one endpoint for each set of conditions."""
    return {
        "metadata": {
            "name": f"{service_name}-x",
            "labels": {"kubernetes.io/service-name": service_name},
        },
        "endpoints": [{"conditions": entry} for entry in conditions],
    }


def _workload(name: str, replicas: int, status: dict[str, Any]) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": NAMESPACE, "uid": f"uid-{name}", "generation": 3},
        "spec": {
            "replicas": replicas,
            "template": {"metadata": {"labels": {"app": name, "tier": "api"}}},
        },
        "status": status,
    }
