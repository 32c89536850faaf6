"""Every series that rules, alerts and dashboards may ask for, and where it comes from.

A scrape adds labels of its target. Where an exporter tells of other pods than its own, as most do
here, its ServiceMonitor sets `honorLabels`: the exporter's `namespace`, `pod`, `service` and
`container` stay what they are, instead of becoming `exported_namespace` and so on.
"""

from dataclasses import dataclass
from enum import Enum, auto

TARGET_LABELS = frozenset(
    {"job", "instance", "namespace", "pod", "service", "container", "endpoint"}
)


class Kind(Enum):
    """What may be done with a series: only a counter has a rate."""

    COUNTER = auto()
    GAUGE = auto()
    HISTOGRAM = auto()


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric and its own labels."""

    name: str
    labels: frozenset[str]
    kind: Kind

    @property
    def series(self) -> dict[str, tuple[frozenset[str], Kind]]:
        """The names under which it is stored, each with its labels and what it is."""
        labels = self.labels | TARGET_LABELS
        if self.kind is not Kind.HISTOGRAM:
            return {self.name: (labels, self.kind)}
        return {
            f"{self.name}_bucket": (labels | {"le"}, Kind.COUNTER),
            f"{self.name}_sum": (labels, Kind.COUNTER),
            f"{self.name}_count": (labels, Kind.COUNTER),
        }


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """A program that exports metrics."""

    name: str
    source: str
    """Where names and labels were read."""
    honor_labels: bool
    """Whether its ServiceMonitor must set `honorLabels`."""
    metrics: tuple[Metric, ...]


def _counter(name: str, *labels: str) -> Metric:
    return Metric(name=name, labels=frozenset(labels), kind=Kind.COUNTER)


def _gauge(name: str, *labels: str) -> Metric:
    return Metric(name=name, labels=frozenset(labels), kind=Kind.GAUGE)


def _histogram(name: str, *labels: str) -> Metric:
    return Metric(name=name, labels=frozenset(labels), kind=Kind.HISTOGRAM)


_DCGM = ("gpu", "UUID", "device", "modelName", "node", "namespace", "pod")
_SERVICE = ("namespace", "service")
_HPA = ("namespace", "horizontalpodautoscaler")
_POD = ("namespace", "pod", "uid")
_CONTAINER = (*_POD, "container")

EXPORTERS = (
    Exporter(
        name="model services",
        source="docs/dubbing/watching.md, what an image must export",
        honor_labels=False,  # `service` is the Service's app.kubernetes.io/name, by relabelling
        metrics=(
            _counter("model_http_requests_total", "code"),
            _histogram("model_http_request_seconds"),
            _counter("model_jobs_total", "queue", "outcome"),
            _histogram("model_job_seconds", "queue"),
            _counter("model_media_seconds_total"),
            _histogram("model_batch_size"),
            _histogram("model_input_bytes"),
            _gauge("model_loaded"),
        ),
    ),
    Exporter(
        name="queue exporter",
        source="ours, containers",
        honor_labels=False,
        metrics=(
            _gauge("bullmq_job_count", "queue", "state"),
            _gauge("bullmq_oldest_waiting_seconds", "queue"),
            _gauge("queue_exporter_up"),
            _gauge("queue_exporter_last_success_timestamp_seconds"),
        ),
    ),
    Exporter(
        name="cost exporter",
        source="ours, containers",
        honor_labels=True,
        metrics=(
            _gauge("cost_node_usd_per_hour", "node", "instance_type", "capacity_type"),
            _gauge("cost_service_usd_per_hour", *_SERVICE),
            _counter("cost_service_usd_total", *_SERVICE),
            _counter("cost_service_gpu_seconds_total", *_SERVICE),
            _gauge("cost_service_projected_usd_per_month", *_SERVICE),
            _gauge("cost_service_budget_usd_per_month", *_SERVICE),
            _gauge("cost_service_budget_ratio", *_SERVICE),
            _gauge("cost_service_usd_per_job", *_SERVICE, "queue"),
            _gauge("cost_unpriced_nodes"),
            _gauge("cost_exporter_up"),
        ),
    ),
    Exporter(
        name="dcgm-exporter",
        source="its default-counters.csv; `node` by relabelling (Hostname is now hostname, #655)",
        honor_labels=True,
        metrics=(
            _gauge("DCGM_FI_DEV_GPU_UTIL", *_DCGM),
            _gauge("DCGM_FI_DEV_MEM_COPY_UTIL", *_DCGM),
            _gauge("DCGM_FI_DEV_FB_USED", *_DCGM),
            _gauge("DCGM_FI_DEV_FB_FREE", *_DCGM),
            _gauge("DCGM_FI_DEV_GPU_TEMP", *_DCGM),
            _gauge("DCGM_FI_DEV_POWER_USAGE", *_DCGM),
            _gauge("DCGM_FI_DEV_XID_ERRORS", *_DCGM),
        ),
    ),
    Exporter(
        name="kube-state-metrics",
        source="its docs/metrics; label_… only by metricLabelsAllowlist",
        honor_labels=True,
        metrics=(
            _gauge("kube_pod_info", *_POD, "node", "created_by_kind", "created_by_name"),
            _gauge("kube_pod_labels", *_POD, "label_app_kubernetes_io_name"),
            _gauge("kube_pod_owner", *_POD, "owner_kind", "owner_name"),
            _gauge("kube_pod_status_phase", *_POD, "phase"),
            _gauge("kube_pod_status_ready", *_POD, "condition"),
            _gauge("kube_pod_container_resource_limits", *_CONTAINER, "node", "resource", "unit"),
            _gauge("kube_pod_container_status_waiting_reason", *_CONTAINER, "reason"),
            _counter("kube_pod_container_status_restarts_total", *_CONTAINER),
            _gauge("kube_node_status_condition", "node", "condition", "status"),
            _gauge("kube_node_status_allocatable", "node", "resource", "unit"),
            _gauge("kube_node_status_capacity", "node", "resource", "unit"),
            _gauge("kube_deployment_spec_replicas", "namespace", "deployment"),
            _gauge("kube_deployment_status_replicas_available", "namespace", "deployment"),
            _gauge("kube_deployment_status_replicas_updated", "namespace", "deployment"),
            _gauge(
                "kube_deployment_status_condition", "namespace", "deployment", "condition", "status"
            ),
            _gauge("kube_horizontalpodautoscaler_spec_max_replicas", *_HPA),
            _gauge("kube_horizontalpodautoscaler_spec_min_replicas", *_HPA),
            _gauge("kube_horizontalpodautoscaler_status_current_replicas", *_HPA),
            _gauge("kube_horizontalpodautoscaler_status_desired_replicas", *_HPA),
            _gauge("kube_horizontalpodautoscaler_status_condition", *_HPA, "condition", "status"),
        ),
    ),
    Exporter(
        name="kubelet (cAdvisor)",
        source="as kube-prometheus-stack scrapes it, without cgroups that have no pod",
        honor_labels=True,
        metrics=(
            _gauge("container_memory_working_set_bytes", "namespace", "pod", "container", "node"),
            _counter("container_cpu_usage_seconds_total", "namespace", "pod", "container", "node"),
        ),
    ),
    Exporter(
        name="Argo Rollouts",
        source="v1.10.1, controller/metrics/prommetrics.go",
        honor_labels=True,
        metrics=(
            _gauge("rollout_info", "namespace", "name", "strategy", "traffic_router", "phase"),
            _gauge("rollout_info_replicas_available", "namespace", "name"),
            _gauge("rollout_info_replicas_desired", "namespace", "name"),
            _gauge("rollout_info_replicas_updated", "namespace", "name"),
            _counter("rollout_events_total", "namespace", "name", "type", "reason"),
            _gauge("analysis_run_info", "namespace", "name", "phase"),
        ),
    ),
    Exporter(
        name="KEDA",
        source="v2.20.2, pkg/metricscollector/prommetrics.go",
        honor_labels=True,
        metrics=(
            _gauge("keda_scaler_active", "namespace", "scaledObject", "scaler", "metric"),
            _counter("keda_scaled_object_errors_total", "namespace", "scaledObject"),
        ),
    ),
    Exporter(
        name="Karpenter",
        source="v1.13, pkg/metrics and pkg/controllers/metrics/nodepool",
        honor_labels=False,
        metrics=(
            _gauge("karpenter_nodepools_usage", "nodepool", "resource_type"),
            _gauge("karpenter_nodepools_limit", "nodepool", "resource_type"),
        ),
    ),
    Exporter(
        name="Prometheus",
        source="3.14",
        honor_labels=False,
        metrics=(
            _gauge("up"),
            _gauge("ALERTS", "alertname", "alertstate", "severity"),
            _counter("prometheus_rule_evaluation_failures_total", "rule_group"),
        ),
    ),
)
"""All of them; a name that is not here is asked for by mistake."""
