"""prometheus-operator's objects: what Prometheus scrapes, and by which rules it judges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lightkube.models.meta_v1 import ObjectMeta

from charts.context import Pods

_API = "monitoring.coreos.com/v1"
_LONGEST_SCRAPE = 10
"""Seconds; never longer than until the next one."""
NAMESPACE = "monitoring"
"""Of Prometheus, and of what it is shown by."""
PROMETHEUS = Pods(name="prometheus", namespace=NAMESPACE)
"""Its pods, as prometheus-operator labels them."""
PROMETHEUS_PORT = 9090
PROMETHEUS_URL = f"http://prometheus-operated.{NAMESPACE}.svc:{PROMETHEUS_PORT}"
"""Where it answers: at the Service that the operator makes for its pods."""


@dataclass(frozen=True, kw_only=True)
class ServiceMonitor:
    """The pods behind Services of one namespace, scraped at /metrics."""

    metadata: ObjectMeta
    services: Mapping[str, str]
    """Labels of the Services."""
    port: str
    """The name that the Services give to the port."""
    interval: int = 30
    """Seconds from one scrape to the next."""
    honor_labels: bool = False
    """Whether `namespace`, `pod` and `service` are what the pods say, where they say it: for pods
    that speak about others. Else Prometheus writes its own, and renames theirs to `exported_…`."""

    def to_dict(self) -> dict[str, Any]:
        """Return the object as prometheus-operator reads it."""
        endpoint = {
            "port": self.port,
            "interval": f"{self.interval}s",
            "scrapeTimeout": f"{min(self.interval, _LONGEST_SCRAPE)}s",
            **({"honorLabels": True} if self.honor_labels else {}),
        }
        return {
            "apiVersion": _API,
            "kind": "ServiceMonitor",
            "metadata": self.metadata.to_dict(),
            "spec": {"selector": {"matchLabels": dict(self.services)}, "endpoints": [endpoint]},
        }


@dataclass(frozen=True, kw_only=True)
class PodMonitor:
    """Pods of one namespace, scraped at /metrics, whatever Services lead to them.

    For pods without a Service, and for those that several lead to: behind a ServiceMonitor each
    would count once for each. Their name label becomes `service`, as if they had one.
    """

    metadata: ObjectMeta
    pods: Mapping[str, str]
    """Labels of the pods."""
    port: str
    """The name that their containers give to the port."""
    interval: int = 30
    honor_labels: bool = False
    """As of a ServiceMonitor."""

    def to_dict(self) -> dict[str, Any]:
        """Return the object as prometheus-operator reads it."""
        endpoint = {
            "port": self.port,
            "interval": f"{self.interval}s",
            "scrapeTimeout": f"{min(self.interval, _LONGEST_SCRAPE)}s",
            "relabelings": [
                {
                    "sourceLabels": ["__meta_kubernetes_pod_label_app_kubernetes_io_name"],
                    "targetLabel": "service",
                }
            ],
            **({"honorLabels": True} if self.honor_labels else {}),
        }
        return {
            "apiVersion": _API,
            "kind": "PodMonitor",
            "metadata": self.metadata.to_dict(),
            "spec": {
                "selector": {"matchLabels": dict(self.pods)},
                "podMetricsEndpoints": [endpoint],
            },
        }


@dataclass(frozen=True, kw_only=True)
class RecordingRule:
    """A series that Prometheus computes and keeps, named `level:metric:operation`."""

    name: str
    expression: str

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as Prometheus reads it."""
        return {"record": self.name, "expr": self.expression}


@dataclass(frozen=True, kw_only=True)
class AlertingRule:
    """An alert for each series that the expression returns for as long as `lasts`, in seconds."""

    name: str
    expression: str
    lasts: int
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as Prometheus reads it."""
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": f"{self.lasts}s",
            "labels": dict(self.labels),
            "annotations": dict(self.annotations),
        }


@dataclass(frozen=True, kw_only=True)
class RuleGroup:
    """Rules that are evaluated one after the other."""

    name: str
    rules: tuple[RecordingRule | AlertingRule, ...]


@dataclass(frozen=True, kw_only=True)
class PrometheusRule:
    """Groups of rules, as one object."""

    metadata: ObjectMeta
    groups: tuple[RuleGroup, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the object as prometheus-operator reads it."""
        groups = [
            {"name": group.name, "rules": [rule.to_dict() for rule in group.rules]}
            for group in self.groups
        ]
        return {
            "apiVersion": _API,
            "kind": "PrometheusRule",
            "metadata": self.metadata.to_dict(),
            "spec": {"groups": groups},
        }
