"""Plays kube-state-metrics: the state of Kubernetes objects, as far as rules and dashboards ask.

Like the real one it watches with the rights of its service account, has the collectors that it was
told to have, and shows labels of objects only where its allow-list names them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lightkube import Client
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.autoscaling_v2 import HorizontalPodAutoscaler
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import Node, Pod

from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.data_plane.exposition import Family, Sample
from rehearsal.cluster.usage import quantity

Labels = Mapping[str, str]
Figure = tuple[str, Labels, float]
"""The name of a metric with labels and value."""
Document = Mapping[str, Any]

_ALLOWED = re.compile(r"([a-z]+)=\[([^\]]*)\]")
_NO_LABEL = re.compile(r"[^a-zA-Z0-9_]")
_PHASES = ("Pending", "Succeeded", "Failed", "Unknown", "Running")
_STATUSES = ("true", "false", "unknown")
_UNITS = {"cpu": "core", "memory": "byte", "ephemeral-storage": "byte"}


class StateMetrics:
    """What one kube-state-metrics says."""

    def __init__(
        self, client: Client, collectors: Sequence[str], allow_list: Sequence[str]
    ) -> None:
        self._allowed = {
            plural: keys.split(",") for one in allow_list for plural, keys in _ALLOWED.findall(one)
        }
        self._informers: dict[str, Informer[Any]] = {
            plural: Informer(client, kind, changed=_nothing)
            for plural, (kind, _) in _COLLECTORS.items()
            if plural in collectors
        }

    def families(self) -> list[Family]:
        """Return all metrics of all collectors."""
        found: dict[str, list[Sample]] = {}
        for plural, informer in self._informers.items():
            figures_of = _COLLECTORS[plural][1]
            for item in informer.all():
                document = item.to_dict()
                for name, labels, value in figures_of(document):
                    found.setdefault(name, []).append(Sample(labels, value))
                if allowed := self._allowed.get(plural):
                    name = f"kube_{plural.removesuffix('s')}_labels"
                    labels = _named(plural, document) | _shown(document, allowed)
                    found.setdefault(name, []).append(Sample(labels, 1))
        return [
            Family(
                name=name, kind="counter" if name.endswith("_total") else "gauge", samples=samples
            )
            for name, samples in found.items()
        ]


def _nothing() -> None:
    """Do nothing at a change: what counts is what is there when somebody asks."""


def _pods(pod: Document) -> Iterator[Figure]:
    meta, spec, status = pod["metadata"], pod.get("spec", {}), pod.get("status", {})
    labels = _named("pods", pod)
    owners = meta.get("ownerReferences") or [{}]
    first = owners[0]
    yield (
        "kube_pod_info",
        {
            **labels,
            "node": spec.get("nodeName", ""),
            "pod_ip": status.get("podIP", ""),
            "host_ip": status.get("hostIP", ""),
            "created_by_kind": first.get("kind", ""),
            "created_by_name": first.get("name", ""),
            "priority_class": spec.get("priorityClassName", ""),
        },
        1,
    )
    for owner in owners:
        of = {"owner_kind": owner.get("kind", ""), "owner_name": owner.get("name", "")}
        controls = str(owner.get("controller", False)).lower()
        yield "kube_pod_owner", {**labels, **of, "owner_is_controller": controls}, 1
    yield "kube_pod_created", labels, _seconds(meta.get("creationTimestamp"))
    for phase in _PHASES:
        here = float(status.get("phase") == phase)
        yield "kube_pod_status_phase", {**labels, "phase": phase}, here
    for kind, name in (("Ready", "ready"), ("PodScheduled", "scheduled")):
        yield from _condition(f"kube_pod_status_{name}", labels, _status_of(status, kind))
    if _reason_of(status, "PodScheduled") == "Unschedulable":
        yield "kube_pod_status_unschedulable", labels, 1
    for container in spec.get("containers", []):
        yield from _resources(container, labels, spec.get("nodeName", ""))
    for container in status.get("containerStatuses") or []:
        yield from _container(container, labels)


def _resources(container: Document, labels: Labels, node: str) -> Iterator[Figure]:
    for kind in ("requests", "limits"):
        for resource, amount in (container.get("resources", {}).get(kind) or {}).items():
            of = {"container": container["name"], "node": node, **_resource(resource)}
            yield f"kube_pod_container_resource_{kind}", {**labels, **of}, quantity(amount)


def _container(container: Document, labels: Labels) -> Iterator[Figure]:
    of = {**labels, "container": container["name"]}
    state, last = container.get("state") or {}, container.get("lastState") or {}
    yield "kube_pod_container_info", {**of, "image": container.get("image", "")}, 1
    yield "kube_pod_container_status_ready", of, float(container.get("ready", False))
    yield "kube_pod_container_status_restarts_total", of, container.get("restartCount", 0)
    for kind in ("waiting", "running", "terminated"):
        yield f"kube_pod_container_status_{kind}", of, float(state.get(kind) is not None)
    if reason := (state.get("waiting") or {}).get("reason"):
        yield "kube_pod_container_status_waiting_reason", {**of, "reason": reason}, 1
    if reason := (last.get("terminated") or {}).get("reason"):
        yield "kube_pod_container_status_last_terminated_reason", {**of, "reason": reason}, 1


def _deployments(deployment: Document) -> Iterator[Figure]:
    labels, name = _named("deployments", deployment), "kube_deployment"
    spec, status = deployment.get("spec", {}), deployment.get("status", {})
    yield f"{name}_spec_replicas", labels, spec.get("replicas", 1)
    yield f"{name}_metadata_generation", labels, deployment["metadata"].get("generation", 0)
    yield f"{name}_status_observed_generation", labels, status.get("observedGeneration", 0)
    yield f"{name}_status_replicas", labels, status.get("replicas", 0)
    for kind in ("available", "unavailable", "ready", "updated"):
        replicas = status.get(f"{kind}Replicas") or 0
        yield f"{name}_status_replicas_{kind}", labels, replicas
    for one in status.get("conditions") or []:
        of = {**labels, "condition": one["type"], "reason": one.get("reason") or ""}
        yield from _condition(f"{name}_status_condition", of, one["status"], key="status")


def _autoscalers(autoscaler: Document) -> Iterator[Figure]:
    labels, name = _named("horizontalpodautoscalers", autoscaler), "kube_horizontalpodautoscaler"
    spec, status = autoscaler.get("spec", {}), autoscaler.get("status", {})
    target = spec["scaleTargetRef"]
    of = {"scaletargetref_kind": target["kind"], "scaletargetref_name": target["name"]}
    yield f"{name}_info", {**labels, **of}, 1
    yield f"{name}_spec_min_replicas", labels, spec.get("minReplicas", 1)
    yield f"{name}_spec_max_replicas", labels, spec["maxReplicas"]
    yield f"{name}_status_current_replicas", labels, status.get("currentReplicas", 0)
    yield f"{name}_status_desired_replicas", labels, status.get("desiredReplicas", 0)
    for one in status.get("conditions") or []:
        found = {**labels, "condition": one["type"]}
        yield from _condition(f"{name}_status_condition", found, one["status"], key="status")


def _jobs(job: Document) -> Iterator[Figure]:
    labels, status = _named("jobs", job), job.get("status", {})
    yield "kube_job_status_active", labels, status.get("active", 0)
    yield "kube_job_status_succeeded", labels, status.get("succeeded", 0)
    yield "kube_job_status_failed", labels, status.get("failed", 0)
    for one in status.get("conditions") or []:
        if one["type"] in ("Complete", "Failed"):
            name = "complete" if one["type"] == "Complete" else "failed"
            yield from _condition(f"kube_job_{name}", labels, one["status"])


def _nodes(node: Document) -> Iterator[Figure]:
    labels, status = _named("nodes", node), node.get("status", {})
    yield "kube_node_info", {**labels, "provider_id": node["spec"].get("providerID", "")}, 1
    yield "kube_node_created", labels, _seconds(node["metadata"].get("creationTimestamp"))
    yield "kube_node_spec_unschedulable", labels, float(node["spec"].get("unschedulable", False))
    for kind in ("capacity", "allocatable"):
        for resource, amount in (status.get(kind) or {}).items():
            of = {**labels, **_resource(resource)}
            yield f"kube_node_status_{kind}", of, quantity(amount)
    for one in status.get("conditions") or []:
        of = {**labels, "condition": one["type"]}
        yield from _condition("kube_node_status_condition", of, one["status"], key="status")
    for taint in node["spec"].get("taints") or []:
        of = {key: taint.get(key) or "" for key in ("key", "value", "effect")}
        yield "kube_node_spec_taint", {**labels, **of}, 1


_COLLECTORS: Mapping[str, tuple[type[Any], Callable[[Document], Iterator[Figure]]]] = {
    "pods": (Pod, _pods),
    "nodes": (Node, _nodes),
    "deployments": (Deployment, _deployments),
    "horizontalpodautoscalers": (HorizontalPodAutoscaler, _autoscalers),
    "jobs": (Job, _jobs),
}
"""By the names that `--resources` gives them."""


def _named(plural: str, document: Document) -> dict[str, str]:
    """Return the labels by which an object is known, which for jobs is not quite its kind."""
    meta = document["metadata"]
    key = {"jobs": "job_name"}.get(plural, plural.removesuffix("s"))
    labels = {key: meta["name"]}
    if "namespace" in meta:
        labels = {"namespace": meta["namespace"], **labels}
    return {**labels, "uid": meta.get("uid", "")} if plural == "pods" else labels


def _shown(document: Document, allowed: Sequence[str]) -> dict[str, str]:
    labels = document["metadata"].get("labels") or {}
    every = allowed == ["*"]
    return {
        f"label_{_NO_LABEL.sub('_', key)}": value
        for key, value in labels.items()
        if every or key in allowed
    }


def _resource(name: str) -> dict[str, str]:
    return {"resource": _NO_LABEL.sub("_", name), "unit": _UNITS.get(name, "integer")}


def _condition(
    name: str, labels: Labels, status: str, *, key: str = "condition"
) -> Iterator[Figure]:
    for one in _STATUSES:
        yield name, {**labels, key: one}, float(status.lower() == one)


def _status_of(status: Document, kind: str) -> str:
    found = (one["status"] for one in status.get("conditions") or [] if one["type"] == kind)
    return next(found, "false")


def _reason_of(status: Document, kind: str) -> str | None:
    found = (one.get("reason") for one in status.get("conditions") or [] if one["type"] == kind)
    return next(found, None)


def _seconds(time: object) -> float:
    """Return a time as Kubernetes writes it in seconds since 1970."""
    moment = time if isinstance(time, datetime) else datetime.fromisoformat(str(time))
    return moment.timestamp()
