"""Prometheus, Alertmanager and Grafana, and the operator that makes them of Kubernetes objects."""

from collections.abc import Mapping
from typing import Any, ClassVar

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from charts.monitoring import NAMESPACE
from stacks.parts.controllers.alerts import routes
from stacks.parts.controllers.controller import Controller, ControllerProps

_NAME = "kube-prometheus-stack"
_ALERTMANAGER = f"{_NAME}-alertmanager"
_OFF: Mapping[str, Any] = {"enabled": False}
_NOT_INSTALLED: Mapping[str, Any] = {
    # Rules and dashboards are the systems' own, and EKS shows nobody most of these components.
    "defaultRules": {"create": False},
    "kubeApiServer": _OFF,
    "kubeControllerManager": _OFF,
    "coreDns": _OFF,
    "kubeEtcd": _OFF,
    "kubeScheduler": _OFF,
    "kubeProxy": _OFF,
    "nodeExporter": _OFF,
}
_DISK_GIB, _KEPT_DAYS = 100, 30
_SMALLEST_DISK_GIB = 1
_GRAFANA = {"cpu": "100m", "memory": "256Mi"}
_SIDECAR = {"cpu": "10m", "memory": "64Mi"}
"""Of each of the two that bring dashboards and data sources to Grafana."""
_COLLECTORS = ("deployments", "horizontalpodautoscalers", "jobs", "nodes", "pods")
_LABELS_OF_NODES = (
    "node.kubernetes.io/instance-type",
    "karpenter.sh/capacity-type",
    "eks.amazonaws.com/capacityType",
)
_SHOWN_LABELS = (f"nodes=[{','.join(_LABELS_OF_NODES)}]", "pods=[app.kubernetes.io/name]")


class KubePrometheusStack(Controller):
    """The stack on machines that are always there, with a topic that is told of alerts.

    Whoever wants to know subscribes to the topic. Of the rules and dashboards that the chart
    brings, none is installed (docs/decisions/0024).
    """

    NAME: ClassVar[str] = _NAME

    def __init__(self, scope: Construct, *, props: ControllerProps) -> None:
        super().__init__(scope, props=props)
        self.topic = self._topic()
        self.install(
            props=props,
            service_account=_ALERTMANAGER,
            namespace=NAMESPACE,
            minutes=10,
            values={
                **_NOT_INSTALLED,
                # Helm itself installs definitions once, and leaves them as they are at an upgrade.
                "crds": {"upgradeJob": {"enabled": True, "image": {"busybox": {"tag": "1.37.0"}}}},
                "prometheusOperator": self._operator(props),
                "prometheus": {"prometheusSpec": self._prometheus(props)},
                "alertmanager": {
                    "alertmanagerSpec": self._alertmanager(props),
                    "config": routes(self.topic.topic_arn, props.region),
                },
                "kube-state-metrics": {
                    "collectors": list(_COLLECTORS),
                    "metricLabelsAllowlist": list(_SHOWN_LABELS),
                    **self._placed(props, f"{_NAME}-kube-state-metrics"),
                },
                "kubelet": {
                    # What containers use; of the kubelets themselves nobody asks.
                    "serviceMonitor": {
                        "kubelet": False,
                        "probes": False,
                        "cAdvisorInterval": "30s",
                    }
                },
                "grafana": _grafana(props),
            },
        )

    def _placed(self, props: ControllerProps, pods: str) -> Mapping[str, Any]:
        return {"nodeSelector": {"node-group": props.node_group}, "resources": self.size(pods)}

    def _topic(self) -> sns.Topic:
        """Make a topic with encrypted messages, to which Alertmanager alone may publish."""
        key = kms.Key(
            self,
            "TopicKey",
            description="Alerts on their way",
            enable_key_rotation=True,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        topic = sns.Topic(self, "Alerts", master_key=key, enforce_ssl=True)
        for actions, resource in (
            (["sns:Publish"], topic.topic_arn),
            # The library would grant kms:GenerateDataKey*.
            (["kms:Decrypt", "kms:GenerateDataKey"], key.key_arn),
        ):
            self.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
        return topic

    def _operator(self, props: ControllerProps) -> Mapping[str, Any]:
        return {
            # Rules are tested before they are deployed, and of one that it refuses the operator
            # says so in an event. The webhook would need two jobs at each release.
            "admissionWebhooks": _OFF,
            "tls": _OFF,
            **self._placed(props, f"{_NAME}-operator"),
        }

    def _prometheus(self, props: ControllerProps) -> Mapping[str, Any]:
        found: dict[str, Any] = {
            # Those of all namespaces count, not only those of this release.
            "serviceMonitorSelectorNilUsesHelmValues": False,
            "podMonitorSelectorNilUsesHelmValues": False,
            "ruleSelectorNilUsesHelmValues": False,
            "probeSelectorNilUsesHelmValues": False,
            "scrapeInterval": "30s",
            "evaluationInterval": "30s",
            "retention": f"{_KEPT_DAYS}d",
            **self._placed(props, f"prometheus-{_NAME}-prometheus"),
        }
        if props.storage_class:
            # A full disk would end Prometheus; it gives up its oldest days before that.
            found["retentionSize"] = f"{_DISK_GIB * 9 // 10}GiB"
            found["storageSpec"] = _disk(props.storage_class, _DISK_GIB)
            found["persistentVolumeClaimRetentionPolicy"] = _GOES_WITH_IT
        return found

    def _alertmanager(self, props: ControllerProps) -> Mapping[str, Any]:
        found: dict[str, Any] = dict(self._placed(props, f"alertmanager-{_ALERTMANAGER}"))
        if props.storage_class:
            # Silences, and who was told of what.
            found["storage"] = _disk(props.storage_class, _SMALLEST_DISK_GIB)
            found["persistentVolumeClaimRetentionPolicy"] = _GOES_WITH_IT
        return found


_GOES_WITH_IT = {"whenDeleted": "Delete", "whenScaled": "Retain"}
"""Else a destroyed cluster leaves its disks behind."""


def _disk(storage_class: str, gib: int) -> Mapping[str, Any]:
    spec = {
        "storageClassName": storage_class,
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": f"{gib}Gi"}},
    }
    return {"volumeClaimTemplate": {"spec": spec}}


def _grafana(props: ControllerProps) -> Mapping[str, Any]:
    """Let Grafana show the dashboards that are ConfigMaps of its namespace.

    The chart makes up the password of its administrator, in a Secret of the cluster. Nobody but a
    port-forward reaches it.
    """
    found_here = {"searchNamespace": NAMESPACE, "resource": "configmap"}
    return {
        "defaultDashboardsEnabled": False,
        "testFramework": _OFF,
        "serviceMonitor": _OFF,
        "service": {"type": "ClusterIP"},
        "rbac": {"namespaced": True},
        "sidecar": {
            "dashboards": found_here,
            "datasources": found_here,
            "resources": {"requests": _SIDECAR},
        },
        "nodeSelector": {"node-group": props.node_group},
        "resources": {"requests": _GRAFANA},
    }
