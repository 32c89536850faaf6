"""Recording rules: what alerts and dashboards ask for more than once, reckoned once.

Series of DCGM name a pod, not a service. The service is the pod's `app.kubernetes.io/name`, which
kube-state-metrics tells only if its allow-list has it (`pods=[app.kubernetes.io/name]`). Series
about other pods than the exporter's own keep their `namespace`, `pod` and `service` because their
ServiceMonitor sets `honorLabels`; `charts.dubbing.series` says which.
"""

from charts.monitoring import RecordingRule, RuleGroup

_SERVICE = "namespace, service"
_STAGE = "namespace, service, queue"

SERVICE_OF_POD = RecordingRule(
    name="namespace_pod_service:kube_pod_labels:max",
    expression="max by (namespace, pod, service) (label_replace("
    'kube_pod_labels{label_app_kubernetes_io_name!=""}, '
    '"service", "$1", "label_app_kubernetes_io_name", "(.+)"))',
)
OF_SERVICE = f"* on (namespace, pod) group_left (service) {SERVICE_OF_POD.name}"
"""Gives series of pods the label `service`, instead of that of whoever has exported them."""


def _last_5_minutes(name: str, series: str, by: str = _SERVICE) -> RecordingRule:
    """Record the mean of a gauge of which two scrapers may have a copy."""
    return RecordingRule(
        name=f"{by.replace(', ', '_')}:{name}:avg5m",
        expression=f"max by ({by}) (avg_over_time({series}[5m]))",
    )


def _p95(name: str, by: str) -> RecordingRule:
    return RecordingRule(
        name=f"{by.replace(', ', '_')}:{name}:p95_5m",
        expression=f"histogram_quantile(0.95, sum by ({by}, le) (rate({name}_bucket[5m])))",
    )


def _ratio(name: str, by: str, part: str, whole: str) -> RecordingRule:
    """Record a share of rates; without a single event of the part it is 0, of the whole nothing."""
    total = f"sum by ({by}) (rate({whole}[5m]))"
    return RecordingRule(
        name=f"{by.replace(', ', '_')}:{name}:ratio_rate5m",
        expression=f"(sum by ({by}) (rate({part}[5m])) or {total} * 0) / ({total} > 0)",
    )


GPU_UTILIZATION_OF_POD = RecordingRule(
    name="namespace_pod_service:dcgm_gpu_utilization_percent:avg5m",
    expression="avg by (namespace, pod, service) "
    f'(avg_over_time(DCGM_FI_DEV_GPU_UTIL{{pod!=""}}[5m]) {OF_SERVICE})',
)
GPU_UTILIZATION = RecordingRule(
    name="namespace_service:dcgm_gpu_utilization_percent:avg5m",
    expression=f"avg by ({_SERVICE}) ({GPU_UTILIZATION_OF_POD.name})",
)
GPU_MEMORY = RecordingRule(
    name="namespace_service:dcgm_framebuffer_used:ratio",
    expression=f'sum by ({_SERVICE}) (DCGM_FI_DEV_FB_USED{{pod!=""}} {OF_SERVICE})'
    f" / sum by ({_SERVICE}) "
    f'((DCGM_FI_DEV_FB_USED{{pod!=""}} + DCGM_FI_DEV_FB_FREE{{pod!=""}}) {OF_SERVICE})',
)
GPU_HOURS = RecordingRule(
    name="namespace_service:cost_service_gpu_hours:increase1d",
    expression=f"sum by ({_SERVICE}) (increase(cost_service_gpu_seconds_total[1d])) / 3600",
)

COST_PER_HOUR = _last_5_minutes("cost_service_usd_per_hour", "cost_service_usd_per_hour")
PROJECTED_COST = _last_5_minutes(
    "cost_service_projected_usd_per_month", "cost_service_projected_usd_per_month"
)
BUDGET_RATIO = _last_5_minutes("cost_service_budget_ratio", "cost_service_budget_ratio")
COST_PER_JOB = _last_5_minutes("cost_service_usd_per_job", "cost_service_usd_per_job", _STAGE)
COST_PER_MEDIA_MINUTE = RecordingRule(
    name="namespace_service:cost_service_usd_per_media_minute:avg1h",
    expression=f"max by ({_SERVICE}) (avg_over_time(cost_service_usd_per_hour[1h]))"
    f" / (sum by ({_SERVICE}) (rate(model_media_seconds_total[1h])) * 60 > 0)",
)
GPU_NODES_COST_PER_HOUR = RecordingRule(
    name="cluster:cost_gpu_node_usd_per_hour:sum",
    expression="sum(max by (node) (cost_node_usd_per_hour) and on (node) "
    '(kube_node_status_capacity{resource="nvidia_com_gpu"} > 0))',
)

JOBS_PER_HOUR = RecordingRule(
    name="namespace_service_queue:model_jobs_completed:increase1h",
    expression=f'sum by ({_STAGE}) (increase(model_jobs_total{{outcome="completed"}}[1h]))',
)
FAILED_JOBS = _ratio(
    "model_jobs_failed", _STAGE, 'model_jobs_total{outcome="failed"}', "model_jobs_total"
)
JOB_SECONDS = _p95("model_job_seconds", _STAGE)
PENDING_JOBS = RecordingRule(
    name="queue:bullmq_jobs_pending:sum",
    expression="sum by (queue) (max by (queue, state) "
    '(bullmq_job_count{state=~"wait|paused|prioritized|delayed|waiting-children|active"}))',
)

ERRORS = _ratio(
    "model_http_errors",
    _SERVICE,
    'model_http_requests_total{code=~"5.."}',
    "model_http_requests_total",
)
REQUEST_SECONDS = _p95("model_http_request_seconds", _SERVICE)
RESTARTS_OF_POD = RecordingRule(
    name="namespace_service:kube_pod_restarts_per_pod:increase10m",
    expression=f"sum by ({_SERVICE}) "
    f"(increase(kube_pod_container_status_restarts_total[10m]) {OF_SERVICE})"
    f" / count by ({_SERVICE}) ({SERVICE_OF_POD.name})",
)
_CONTAINER = "namespace, pod, container"
MEMORY_OF_LIMIT = RecordingRule(
    name="namespace_pod_container:container_memory_working_set_of_limit:ratio",
    expression=f'max by ({_CONTAINER}) (container_memory_working_set_bytes{{container!=""}})'
    f' / max by ({_CONTAINER}) (kube_pod_container_resource_limits{{resource="memory"}})',
)
CPU_OF_LIMIT = RecordingRule(
    name="namespace_pod_container:container_cpu_usage_of_limit:ratio_rate5m",
    expression=f"max by ({_CONTAINER}) "
    '(rate(container_cpu_usage_seconds_total{container!=""}[5m]))'
    f' / max by ({_CONTAINER}) (kube_pod_container_resource_limits{{resource="cpu"}})',
)

RECORDING_GROUPS = (
    RuleGroup(
        name="gpu",
        rules=(SERVICE_OF_POD, GPU_UTILIZATION_OF_POD, GPU_UTILIZATION, GPU_MEMORY, GPU_HOURS),
    ),
    RuleGroup(
        name="money",
        rules=(
            COST_PER_HOUR,
            PROJECTED_COST,
            BUDGET_RATIO,
            COST_PER_JOB,
            COST_PER_MEDIA_MINUTE,
            GPU_NODES_COST_PER_HOUR,
        ),
    ),
    RuleGroup(name="jobs", rules=(JOBS_PER_HOUR, FAILED_JOBS, JOB_SECONDS, PENDING_JOBS)),
    RuleGroup(
        name="pods",
        rules=(ERRORS, REQUEST_SECONDS, RESTARTS_OF_POD, MEMORY_OF_LIMIT, CPU_OF_LIMIT),
    ),
)
