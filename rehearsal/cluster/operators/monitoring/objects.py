"""The objects that the charts would make of their values, as far as something here depends on them.

Read in kube-prometheus-stack 88.5.3 and in dcgm-exporter 4.8.2. Pods that only stand for a played
program carry the label by which the played kubelet runs them without an image.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.cluster.addon_pods import NAME_LABEL
from rehearsal.cluster.operators.monitoring.manifests import (
    MONITORING,
    PLAYED,
    STACK,
    account,
    deployment,
    metadata,
    monitor,
    role,
    service,
)
from rehearsal.cluster.operators.release import Manifest
from rehearsal.toolchain.monitoring import ALERTMANAGER_VERSION, PROMETHEUS_VERSION

PROMETHEUS = f"{STACK}-prometheus"
ALERTMANAGER = f"{STACK}-alertmanager"
STATE_METRICS = f"{STACK}-kube-state-metrics"
_GRAFANA = f"{STACK}-grafana"
DCGM = "dcgm-exporter"

_SELECTORS = ("serviceMonitor", "podMonitor", "rule", "probe", "scrapeConfig")
_PASSED_ON = (
    "evaluationInterval",
    "nodeSelector",
    "persistentVolumeClaimRetentionPolicy",
    "replicas",
    "resources",
    "retention",
    "retentionSize",
    "scrapeInterval",
)
"""What a chart's value and the field of the operator's object have in common, their name too."""
_API_GROUPS = {
    "deployments": "apps",
    "horizontalpodautoscalers": "autoscaling",
    "jobs": "batch",
}


def of_stack(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    """Make the objects of kube-prometheus-stack but for those of the operator itself."""
    yield from _prometheus(namespace, values["prometheus"]["prometheusSpec"])
    yield from _alertmanager(namespace, values["alertmanager"])
    yield from _state_metrics(namespace, values["kube-state-metrics"])
    yield deployment(_GRAFANA, namespace, "grafana", values["grafana"], port=("http-web", 3000))
    yield from _operator(namespace, values["prometheusOperator"])
    if values["kubelet"].get("enabled", True):
        yield _kubelets(namespace, values["kubelet"]["serviceMonitor"])


def of_dcgm(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    """Make the DaemonSet of the exporter, its Service and its ServiceMonitor."""
    labels = {NAME_LABEL: DCGM}
    container = {
        "name": "exporter",
        "image": DCGM,
        "env": values.get("extraEnv", []),
        "ports": [{"name": "metrics", "containerPort": 9400}],
        "resources": values["resources"],
    }
    yield {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": metadata(DCGM, namespace, labels),
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": {**labels, **PLAYED}},
                "spec": {
                    "containers": [container],
                    "priorityClassName": "system-node-critical",
                    "nodeSelector": values.get("nodeSelector", {}),
                    "tolerations": values["tolerations"],
                },
            },
        },
    }
    yield service(DCGM, namespace, labels, ("metrics", 9400))
    yield monitor(
        DCGM, namespace, labels, {"port": "metrics", "path": "/metrics", **values["serviceMonitor"]}
    )


def _prometheus(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    yield account(PROMETHEUS, namespace)
    yield from role(
        PROMETHEUS,
        namespace,
        {"apiGroups": [""], "resources": ["nodes", "services", "endpoints", "pods"]},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"]},
        {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses"]},
    )
    selectors = {
        f"{kind}{part}": {}
        if part != "Selector" or values.get(f"{kind}SelectorNilUsesHelmValues") is False
        else {"matchLabels": {"release": STACK}}
        for kind in _SELECTORS
        for part in ("Selector", "NamespaceSelector")
    }
    alertmanager = {"namespace": namespace, "name": ALERTMANAGER, "port": "http-web"}
    yield {
        "apiVersion": MONITORING,
        "kind": "Prometheus",
        "metadata": metadata(PROMETHEUS, namespace),
        "spec": {
            **_passed_on(values),
            **selectors,
            "version": f"v{PROMETHEUS_VERSION}",
            "image": f"quay.io/prometheus/prometheus:v{PROMETHEUS_VERSION}",
            "serviceAccountName": PROMETHEUS,
            "portName": "http-web",
            "podMetadata": {"labels": PLAYED},
            "alerting": {"alertmanagers": [{**alertmanager, "apiVersion": "v2"}]},
        },
    }
    selected = {NAME_LABEL: "prometheus", "operator.prometheus.io/name": PROMETHEUS}
    yield from _watched(PROMETHEUS, namespace, selected, 9090)


def _alertmanager(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    yield account(ALERTMANAGER, namespace)
    config = base64.b64encode(json.dumps(values["config"]).encode()).decode()
    yield {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(f"alertmanager-{ALERTMANAGER}", namespace),
        "data": {"alertmanager.yaml": config},
    }
    yield {
        "apiVersion": MONITORING,
        "kind": "Alertmanager",
        "metadata": metadata(ALERTMANAGER, namespace),
        "spec": {
            "replicas": 1,
            **_passed_on(values["alertmanagerSpec"]),
            "version": f"v{ALERTMANAGER_VERSION}",
            "image": f"quay.io/prometheus/alertmanager:v{ALERTMANAGER_VERSION}",
            "serviceAccountName": ALERTMANAGER,
            "portName": "http-web",
            "podMetadata": {"labels": PLAYED},
        },
    }
    selected = {NAME_LABEL: "alertmanager", "alertmanager": ALERTMANAGER}
    yield from _watched(ALERTMANAGER, namespace, selected, 9093)


def _state_metrics(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    name = "kube-state-metrics"
    yield account(STATE_METRICS, namespace)
    resources = [
        {"apiGroups": [_API_GROUPS.get(one, "")], "resources": [one]}
        for one in values["collectors"]
    ]
    yield from role(STATE_METRICS, namespace, *resources)
    yield deployment(STATE_METRICS, namespace, name, values, port=("http", 8080))
    yield service(STATE_METRICS, namespace, {NAME_LABEL: name}, ("http", 8080))
    endpoint = {"port": "http", "honorLabels": True}
    yield monitor(STATE_METRICS, namespace, {NAME_LABEL: name}, endpoint, {"jobLabel": NAME_LABEL})


def _operator(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    name, port = f"{STACK}-operator", ("http", 8080)
    yield deployment(name, namespace, "prometheus-operator", values, port=port)
    yield service(name, namespace, {NAME_LABEL: "prometheus-operator"}, port)
    labels = {NAME_LABEL: "prometheus-operator"}
    yield monitor(name, namespace, labels, {"port": "http", "honorLabels": True})


def _kubelets(namespace: str, values: Mapping[str, Any]) -> Manifest:
    endpoint = {
        "port": "https-metrics",
        "scheme": "https",
        "path": "/metrics/cadvisor",
        "interval": values["cAdvisorInterval"],
        "honorLabels": True,
        "tlsConfig": {"insecureSkipVerify": True},
        "relabelings": [
            {
                "action": "replace",
                "sourceLabels": ["__metrics_path__"],
                "targetLabel": "metrics_path",
            }
        ],
    }
    spec = {"jobLabel": "k8s-app", "namespaceSelector": {"matchNames": ["kube-system"]}}
    labels = {NAME_LABEL: "kubelet", "k8s-app": "kubelet"}
    return monitor(f"{STACK}-kubelet", namespace, labels, endpoint, spec)


def _watched(
    name: str, namespace: str, selected: Mapping[str, str], port: int
) -> Iterator[Manifest]:
    """Make a Service before an operator's pods, and let Prometheus watch it."""
    labels = {"app": name, "release": STACK, "self-monitor": "true"}
    yield service(name, namespace, selected, ("http-web", port), labels=labels)
    yield monitor(name, namespace, labels, {"port": "http-web", "path": "/metrics"})


def _passed_on(values: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: values[key] for key in _PASSED_ON if key in values}
    for value, spec in (("storageSpec", "storage"), ("storage", "storage")):
        if value in values:
            found[spec] = values[value]
    return found
