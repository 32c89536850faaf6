"""The objects that the chart would make of its values, as far as something here depends on them.

Read in argo-workflows 1.0.18. The controller's pod only stands for the process: it takes the room
that it would take, and requests to its metrics reach the process.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.cluster.addon_pods import NAME_LABEL
from rehearsal.cluster.operators.monitoring.manifests import MONITORING, PLAYED
from rehearsal.cluster.operators.release import Manifest
from rehearsal.toolchain import CHARTS

CHART = "argo-workflows"
CONTROLLER = f"{CHART}-workflow-controller"
CONFIG_MAP = f"{CONTROLLER}-configmap"
_WORKFLOW = f"{CHART}-workflow"
_LABELS = {NAME_LABEL: CONTROLLER, "app.kubernetes.io/instance": CHART}
_API = "rbac.authorization.k8s.io"
_SETTINGS = (
    "failedPodRestart",
    "initialDelay",
    "namespaceParallelism",
    "nodeEvents",
    "parallelism",
    "persistence",
    "podGCDeleteDelayDuration",
    "podGCGracePeriodSeconds",
    "resourceRateLimit",
    "retentionPolicy",
    "synchronization",
    "workflowDefaults",
    "workflowEvents",
    "workflowRestrictions",
)
"""Values of the controller that are settings of the same name."""
_OF_CHART = ("interval", "portName", "servicePort", "servicePortName", "scheme", "honorLabels")
"""Values of `metricsConfig` that are none of the controller's settings."""
_PORT, _SERVICE_PORT = 9090, 8080


def of_release(namespace: str, values: Mapping[str, Any]) -> Iterator[Manifest]:
    """Make the settings, the pod that stands for the controller, and what steps may do."""
    controller = values.get("controller", {})
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": CONFIG_MAP, "namespace": namespace},
        "data": {"config": json.dumps(dict(_settings(values)))},
    }
    yield _deployment(namespace, controller)
    if controller.get("metricsConfig", {}).get("enabled"):
        yield _service(namespace, controller["metricsConfig"])
    workflow = values.get("workflow", {})
    for place in _places(namespace, values):
        if workflow.get("serviceAccount", {}).get("create"):
            yield _account(place, workflow)
        if workflow.get("rbac", {}).get("create", True):
            yield from _role(place, workflow)


def monitor(namespace: str, values: Mapping[str, Any]) -> Manifest:
    """Make the ServiceMonitor of the controller's metrics."""
    controller = values["controller"]
    metrics, wanted = controller["metricsConfig"], controller["serviceMonitor"]
    endpoint = {
        "port": metrics.get("servicePortName", "metrics"),
        "path": metrics.get("path", "/metrics"),
        "interval": metrics.get("interval", "30s"),
        "honorLabels": metrics.get("honorLabels", False),
        "scheme": metrics.get("scheme", "http"),
    }
    return {
        "apiVersion": MONITORING,
        "kind": "ServiceMonitor",
        "metadata": {
            "name": CONTROLLER,
            "namespace": wanted.get("namespace") or namespace,
            "labels": {**_LABELS, **wanted.get("additionalLabels", {})},
        },
        "spec": {
            "endpoints": [endpoint],
            "namespaceSelector": {"matchNames": [namespace]},
            "selector": {"matchLabels": _LABELS},
        },
    }


def executor_image(values: Mapping[str, Any]) -> str:
    """Return the image of the containers that report, which the played kubelet always has."""
    image = values.get("executor", {}).get("image", {})
    name = image.get("repository", "argoproj/argoexec")
    registry = image.get("registry", "quay.io")
    tag = image.get("tag") or values.get("images", {}).get("tag")
    return f"{registry}/{name}:{tag or f'v{CHARTS[CHART].module.version}'}".removeprefix("/")


def _settings(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    controller = values.get("controller", {})
    for name in _SETTINGS:
        if controller.get(name):
            yield name, controller[name]
    if controller.get("metricsConfig"):
        metrics = controller["metricsConfig"]
        yield "metricsConfig", {key: metrics[key] for key in metrics if key not in _OF_CHART}
    for name in ("executor", "mainContainer"):
        given = values.get(name, {})
        if found := {key: given[key] for key in given if key != "image" and given[key]}:
            yield name, found


def _deployment(namespace: str, controller: Mapping[str, Any]) -> Manifest:
    metrics = controller.get("metricsConfig", {})
    container = {
        "name": "controller",
        "image": CONTROLLER,
        "ports": [
            {
                "name": metrics.get("portName", "metrics"),
                "containerPort": metrics.get("port", _PORT),
            }
        ],
        "resources": controller.get("resources", {}),
    }
    placed = ("nodeSelector", "tolerations", "affinity", "topologySpreadConstraints")
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": CONTROLLER, "namespace": namespace, "labels": _LABELS},
        "spec": {
            "replicas": 1,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": _LABELS},
            "template": {
                "metadata": {"labels": {**_LABELS, **PLAYED}},
                "spec": {
                    "containers": [container],
                    **{key: controller[key] for key in placed if controller.get(key)},
                },
            },
        },
    }


def _service(namespace: str, metrics: Mapping[str, Any]) -> Manifest:
    port = {
        "name": metrics.get("servicePortName", "metrics"),
        "port": metrics.get("servicePort", _SERVICE_PORT),
        "targetPort": metrics.get("port", _PORT),
    }
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": CONTROLLER, "namespace": namespace, "labels": _LABELS},
        "spec": {"ports": [port], "selector": _LABELS},
    }


def _places(namespace: str, values: Mapping[str, Any]) -> list[str]:
    """Return the namespaces in which steps may report: those that the values name, and its own."""
    if values.get("singleNamespace"):
        return [namespace]
    named = values.get("controller", {}).get("workflowNamespaces", ["default"])
    return list(dict.fromkeys([*named, namespace]))


def _account_name(workflow: Mapping[str, Any]) -> str:
    return str(workflow.get("serviceAccount", {}).get("name", "argo-workflow"))


def _account(namespace: str, workflow: Mapping[str, Any]) -> Manifest:
    metadata = {"name": _account_name(workflow), "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}


def _role(namespace: str, workflow: Mapping[str, Any]) -> Iterator[Manifest]:
    rights = workflow.get("rbac", {})
    metadata = {"name": _WORKFLOW, "namespace": namespace}
    results = {"apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"]}
    accounts = [
        {"name": _account_name(workflow), "namespace": namespace},
        *rights.get("serviceAccounts", ()),
    ]
    yield {
        "apiVersion": f"{_API}/v1",
        "kind": "Role",
        "metadata": metadata,
        "rules": [{**results, "verbs": ["create", "patch"]}, *rights.get("rules", ())],
    }
    yield {
        "apiVersion": f"{_API}/v1",
        "kind": "RoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": _API, "kind": "Role", "name": _WORKFLOW},
        "subjects": [{"kind": "ServiceAccount", **one} for one in accounts],
    }
