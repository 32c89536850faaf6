"""The objects that the charts would make of their values, as far as something here depends on them.

Read in kube-prometheus-stack 88.5.3 and in dcgm-exporter 4.8.2. Pods that only stand for a played
program carry the label by which the played kubelet runs them without an image.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rehearsal.cluster.addon_pods import ADD_ON_LABEL, NAME_LABEL

STACK = "kube-prometheus-stack"
PROMETHEUS = f"{STACK}-prometheus"
ALERTMANAGER = f"{STACK}-alertmanager"
STATE_METRICS = f"{STACK}-kube-state-metrics"
_GRAFANA = f"{STACK}-grafana"
DCGM = "dcgm-exporter"
PROMETHEUS_VERSION, ALERTMANAGER_VERSION = "v3.14.0", "v0.31.1"

Manifest = Mapping[str, Any]
_MONITORING = "monitoring.coreos.com/v1"
_PLAYED = {ADD_ON_LABEL: "true"}
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
_READ = ["get", "list", "watch"]


def of_stack(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    """Make the objects of kube-prometheus-stack but for those of the operator itself."""
    yield from _prometheus(namespace, values["prometheus"]["prometheusSpec"])
    yield from _alertmanager(namespace, values["alertmanager"])
    yield from _state_metrics(namespace, values["kube-state-metrics"])
    yield _deployment(_GRAFANA, namespace, "grafana", values["grafana"], port=("http-web", 3000))
    yield from _operator(namespace, values["prometheusOperator"])
    if values["kubelet"].get("enabled", True):
        yield _kubelets(namespace, values["kubelet"]["serviceMonitor"])


def of_dcgm(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    """Make the DaemonSet of the exporter, its Service and its ServiceMonitor."""
    labels, monitor = {NAME_LABEL: DCGM}, values["serviceMonitor"]
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
        "metadata": _metadata(DCGM, namespace, labels),
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": {**labels, **_PLAYED}},
                "spec": {
                    "containers": [container],
                    "priorityClassName": "system-node-critical",
                    "nodeSelector": values.get("nodeSelector", {}),
                    "tolerations": values["tolerations"],
                },
            },
        },
    }
    yield _service(DCGM, namespace, labels, ("metrics", 9400))
    yield _monitor(DCGM, namespace, labels, {"port": "metrics", "path": "/metrics", **monitor})


def _prometheus(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    yield from _account(PROMETHEUS, namespace)
    yield from _role(
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
        "apiVersion": _MONITORING,
        "kind": "Prometheus",
        "metadata": _metadata(PROMETHEUS, namespace),
        "spec": {
            **_passed_on(values),
            **selectors,
            "version": PROMETHEUS_VERSION,
            "image": f"quay.io/prometheus/prometheus:{PROMETHEUS_VERSION}",
            "serviceAccountName": PROMETHEUS,
            "portName": "http-web",
            "podMetadata": {"labels": _PLAYED},
            "alerting": {"alertmanagers": [{**alertmanager, "apiVersion": "v2"}]},
        },
    }
    selected = {NAME_LABEL: "prometheus", "operator.prometheus.io/name": PROMETHEUS}
    yield from _watched(PROMETHEUS, namespace, selected, 9090)


def _alertmanager(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    yield from _account(ALERTMANAGER, namespace)
    config = base64.b64encode(json.dumps(values["config"]).encode()).decode()
    yield {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": _metadata(f"alertmanager-{ALERTMANAGER}", namespace),
        "data": {"alertmanager.yaml": config},
    }
    yield {
        "apiVersion": _MONITORING,
        "kind": "Alertmanager",
        "metadata": _metadata(ALERTMANAGER, namespace),
        "spec": {
            "replicas": 1,
            **_passed_on(values["alertmanagerSpec"]),
            "version": ALERTMANAGER_VERSION,
            "image": f"quay.io/prometheus/alertmanager:{ALERTMANAGER_VERSION}",
            "serviceAccountName": ALERTMANAGER,
            "portName": "http-web",
            "podMetadata": {"labels": _PLAYED},
        },
    }
    selected = {NAME_LABEL: "alertmanager", "alertmanager": ALERTMANAGER}
    yield from _watched(ALERTMANAGER, namespace, selected, 9093)


def _state_metrics(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    name = "kube-state-metrics"
    yield from _account(STATE_METRICS, namespace)
    resources = [
        {"apiGroups": [_API_GROUPS.get(one, "")], "resources": [one]}
        for one in values["collectors"]
    ]
    yield from _role(STATE_METRICS, namespace, *resources)
    yield _deployment(STATE_METRICS, namespace, name, values, port=("http", 8080))
    yield _service(STATE_METRICS, namespace, {NAME_LABEL: name}, ("http", 8080))
    endpoint = {"port": "http", "honorLabels": True}
    yield _monitor(STATE_METRICS, namespace, {NAME_LABEL: name}, endpoint, {"jobLabel": NAME_LABEL})


def _operator(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    name, port = f"{STACK}-operator", ("http", 8080)
    yield _deployment(name, namespace, "prometheus-operator", values, port=port)
    yield _service(name, namespace, {NAME_LABEL: "prometheus-operator"}, port)
    labels = {NAME_LABEL: "prometheus-operator"}
    yield _monitor(name, namespace, labels, {"port": "http", "honorLabels": True})


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
    return _monitor(f"{STACK}-kubelet", namespace, labels, endpoint, spec)


def _watched(
    name: str, namespace: str, selected: Mapping[str, str], port: int
) -> Iterator[Manifest]:
    """Make a Service before an operator's pods, and let Prometheus watch it."""
    labels = {"app": name, "release": STACK, "self-monitor": "true"}
    yield _service(name, namespace, selected, ("http-web", port), labels=labels)
    yield _monitor(name, namespace, labels, {"port": "http-web", "path": "/metrics"})


def _passed_on(values: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: values[key] for key in _PASSED_ON if key in values}
    for value, spec in (("storageSpec", "storage"), ("storage", "storage")):
        if value in values:
            found[spec] = values[value]
    return found


def _metadata(name: str, namespace: str, labels: Mapping[str, str] | None = None) -> Manifest:
    return {"name": name, "namespace": namespace, "labels": {"release": STACK, **(labels or {})}}


def _account(name: str, namespace: str) -> Iterator[Manifest]:
    yield {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": _metadata(name, namespace),
    }


def _role(name: str, namespace: str, *rules: Manifest) -> Iterator[Manifest]:
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


def _service(
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
        "metadata": _metadata(name, namespace, labels or selected),
        "spec": {"selector": dict(selected), "ports": [{"name": port[0], "port": port[1]}]},
    }


def _monitor(
    name: str,
    namespace: str,
    labels: Mapping[str, str],
    endpoint: Mapping[str, Any],
    spec: Mapping[str, Any] | None = None,
) -> Manifest:
    return {
        "apiVersion": _MONITORING,
        "kind": "ServiceMonitor",
        "metadata": _metadata(name, namespace),
        "spec": {
            "selector": {"matchLabels": dict(labels)},
            "endpoints": [dict(endpoint)],
            **(spec or {}),
        },
    }


def _deployment(
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
        "metadata": _metadata(name, namespace, labels),
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": {**labels, **_PLAYED}},
                "spec": {
                    "containers": containers,
                    "nodeSelector": values.get("nodeSelector", {}),
                },
            },
        },
    }
