"""Alerts about what does not report: without them, silence would look like health."""

from charts.dubbing.alerts.alert import Alert, AlertGroup, Severity
from settings.dubbing.watching import SilenceLimits, Watching

_EXPORTERS = {
    "QueueExporter": "queue_exporter_up",
    "CostExporter": "cost_exporter_up",
    "KubeStateMetrics": "kube_pod_info",
    "Kubelet": "container_cpu_usage_seconds_total",
    "ArgoRollouts": "rollout_info",
    "Keda": "keda_scaler_active",
}
"""By which series each is known to report; DCGM runs only where GPUs are."""
_GPU_NODES = 'max by (node) (kube_node_status_allocatable{resource="nvidia_com_gpu"}) > 0'


def silence_alerts(watching: Watching) -> AlertGroup:
    """Return the alerts whose runbook is silence.md."""
    limits = watching.silence
    return AlertGroup(
        name="silence",
        alerts=(*_services(watching), *_exporters(limits), *_targets(limits), *_gpus(limits)),
    )


def _services(watching: Watching) -> tuple[Alert, ...]:
    silent = " or ".join(
        f'absent(up{{namespace="{watching.namespace}",service="{service.name}"}})'
        for service in watching.services
    )
    unknown = " or ".join(
        f'absent(bullmq_job_count{{queue="{service.queue}"}})' for service in watching.services
    )
    return (
        Alert(
            name="ModelServiceSilent",
            severity=Severity.CRITICAL,
            expr=f"{silent} or max by (namespace, service) "
            f'(up{{namespace="{watching.namespace}"}}) == 0',
            minutes=watching.silence.service,
            summary="No pod of {{ $labels.service }} reports",
            description="Either none is there, or none answers; each service has one at least.",
        ),
        Alert(
            name="QueueUnknown",
            severity=Severity.WARNING,
            # An exporter that fails or is silent has alerts of its own.
            expr=f"({unknown}) and on () (max(queue_exporter_up) == 1)",
            minutes=watching.silence.exporter,
            summary="Queue {{ $labels.queue }} is not counted",
            description="Neither its backlog nor its autoscaling can be seen.",
        ),
    )


def _exporters(limits: SilenceLimits) -> tuple[Alert, ...]:
    return (
        *(
            Alert(
                name=f"{name}Silent",
                severity=Severity.CRITICAL,
                expr=f"absent({series})",
                minutes=limits.exporter,
                summary=f"Nothing exports {series}",
                description="Alerts that ask for its series cannot fire.",
            )
            for name, series in _EXPORTERS.items()
        ),
        Alert(
            name="CostExporterFailing",
            severity=Severity.WARNING,
            expr="max by (namespace) (cost_exporter_up) == 0",
            minutes=limits.cost,
            summary="The cost exporter cannot see nodes and pods",
            description="The Kubernetes API does not answer it; costs are unknown, not zero.",
        ),
        Alert(
            name="UnpricedNodes",
            severity=Severity.WARNING,
            expr="max by (namespace) (cost_unpriced_nodes) > 0",
            minutes=limits.cost,
            summary="{{ $value }} nodes have no known price",
            description="Costs and budgets leave them out, and so are too low.",
        ),
    )


def _targets(limits: SilenceLimits) -> tuple[Alert, ...]:
    return (
        Alert(
            name="TargetDown",
            severity=Severity.WARNING,
            expr="count by (namespace, job) (up == 0)",
            minutes=limits.target,
            summary="Targets of {{ $labels.job }} do not answer",
            description="Down: {{ $value }}. The port refuses, or takes too long.",
        ),
        Alert(
            name="RulesFailing",
            severity=Severity.CRITICAL,
            expr="sum by (rule_group) "
            "(increase(prometheus_rule_evaluation_failures_total[5m])) > 0",
            minutes=limits.target,
            summary="Rules of {{ $labels.rule_group }} cannot be evaluated",
            description="Their alerts cannot fire.",
        ),
    )


def _gpus(limits: SilenceLimits) -> tuple[Alert, ...]:
    with_gpu = (
        'max by (namespace, pod) (kube_pod_container_resource_limits{resource="nvidia_com_gpu"})'
        ' and on (namespace, pod) (kube_pod_status_phase{phase="Running"} == 1)'
    )
    return (
        Alert(
            name="GPUNodeSilent",
            severity=Severity.WARNING,
            expr=f"{_GPU_NODES} unless on (node) DCGM_FI_DEV_GPU_UTIL",
            minutes=limits.gpu,
            summary="Nothing tells how the GPUs of {{ $labels.node }} are used",
            description="dcgm-exporter does not run there, or cannot see the GPUs.",
        ),
        Alert(
            name="GPUPodUnwatched",
            severity=Severity.WARNING,
            expr=f"{with_gpu} unless on (namespace, pod) DCGM_FI_DEV_GPU_UTIL",
            minutes=limits.gpu,
            summary="No GPU is reported for {{ $labels.pod }}",
            description="dcgm-exporter leaves out which pod has it, so its use, and whether it is "
            "idle, are unknown.",
        ),
    )
