"""Kubernetes objects as charts make them, as short as what depends on them allows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rehearsal.cluster.addon_pods import ADD_ON_LABEL, NAME_LABEL
from rehearsal.cluster.operators.release import Manifest

STACK = "kube-prometheus-stack"
MONITORING = "monitoring.coreos.com/v1"
PLAYED = {ADD_ON_LABEL: "true"}
"""The label by which the played kubelet runs a pod without an image."""
_READ = ["get", "list", "watch"]


def metadata(name: str, namespace: str, labels: Mapping[str, str] | None = None) -> Manifest:
    return {"name": name, "namespace": namespace, "labels": {"release": STACK, **(labels or {})}}


def account(name: str, namespace: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(name, namespace),
    }


def role(name: str, namespace: str, *rules: Manifest) -> Iterator[Manifest]:
    api = "rbac.authorization.k8s.io"
    metadata = {"name": name}
    yield {
        "apiVersion": f"{api}/v1",
        "kind": "ClusterRole",
        "metadata": metadata,
        "rules": [{**rule, "verbs": _READ} for rule in rules],
    }
    yield {
        "apiVersion": f"{api}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
    }


def service(
    name: str,
    namespace: str,
    selected: Mapping[str, str],
    port: tuple[str, int],
    *,
    labels: Mapping[str, str] | None = None,
) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(name, namespace, labels or selected),
        "spec": {"selector": dict(selected), "ports": [{"name": port[0], "port": port[1]}]},
    }


def monitor(
    name: str,
    namespace: str,
    labels: Mapping[str, str],
    endpoint: Mapping[str, Any],
    spec: Mapping[str, Any] | None = None,
) -> Manifest:
    return {
        "apiVersion": MONITORING,
        "kind": "ServiceMonitor",
        "metadata": metadata(name, namespace),
        "spec": {
            "selector": {"matchLabels": dict(labels)},
            "endpoints": [dict(endpoint)],
            **(spec or {}),
        },
    }


def deployment(
    name: str,
    namespace: str,
    program: str,
    values: Mapping[str, Any],
    *,
    port: tuple[str, int],
) -> Manifest:
    labels = {NAME_LABEL: program}
    containers: Sequence[Manifest] = [
        {
            "name": program,
            "image": program,
            "ports": [{"name": port[0], "containerPort": port[1]}],
            "resources": values.get("resources", {}),
        },
        *(
            {"name": f"sidecar-{one}", "image": one, "resources": values["sidecar"]["resources"]}
            for one in ("dashboards", "datasources")
            if "sidecar" in values
        ),
    ]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(name, namespace, labels),
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": {**labels, **PLAYED}},
                "spec": {
                    "containers": containers,
                    "nodeSelector": values.get("nodeSelector", {}),
                },
            },
        },
    }
