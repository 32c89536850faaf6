"""Alerts about releases, pods and autoscalers; every object of the cluster is Dubbing's."""

from charts.dubbing import rules
from charts.dubbing.alerts.alert import Alert, AlertGroup, Severity
from settings.dubbing.watching import DeploymentLimits


def deployment_alerts(limits: DeploymentLimits) -> AlertGroup:
    """Return the alerts whose runbook is deployment.md."""
    return AlertGroup(
        name="deployment",
        alerts=(*_releases(limits), *_pods(limits), *_serving(limits), *_autoscalers(limits)),
    )


def _named(deployments: str) -> str:
    """Give Deployments the label `name` that Rollouts have."""
    return (
        f'max by (namespace, name) (label_replace({deployments}, "name", "$1", "deployment", '
        '"(.+)"))'
    )


def _releases(limits: DeploymentLimits) -> tuple[Alert, ...]:
    return (
        Alert(
            name="DeploymentFailed",
            severity=Severity.CRITICAL,
            expr="max by (namespace, name) "
            '(rollout_info{phase=~"Timeout|Error|Abort|InvalidSpec"}) or '
            + _named(
                'kube_deployment_status_condition{condition="Progressing",status="false"} == 1'
            ),
            minutes=limits.failed,
            summary="The release of {{ $labels.name }} has failed",
            description="In namespace {{ $labels.namespace }}; what ran before still serves.",
        ),
        Alert(
            name="ReplicasMismatch",
            severity=Severity.WARNING,
            expr="max by (namespace, name) "
            "(rollout_info_replicas_desired != rollout_info_replicas_available) or "
            + _named("kube_deployment_spec_replicas != kube_deployment_status_replicas_available"),
            minutes=limits.replicas_mismatch,
            summary="{{ $labels.name }} does not have as many pods as it wants",
            description="Wanted in namespace {{ $labels.namespace }}: {{ $value }}.",
        ),
        Alert(
            name="RolloutStuck",
            severity=Severity.WARNING,
            expr='max by (namespace, name) (rollout_info{phase=~"Progressing|Paused"}) or '
            + _named("kube_deployment_spec_replicas != kube_deployment_status_replicas_updated"),
            minutes=limits.stuck,
            summary="The release of {{ $labels.name }} does not finish",
            description=f"For {limits.stuck} minutes; a model is loaded well before.",
        ),
    )


def _pods(limits: DeploymentLimits) -> tuple[Alert, ...]:
    waiting = "max by (namespace, pod, container) (max_over_time("
    return (
        Alert(
            name="PodCrashLooping",
            severity=Severity.CRITICAL,
            expr=waiting
            + 'kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m])) >= 1',
            minutes=limits.crash_looping,
            summary="{{ $labels.container }} in {{ $labels.pod }} ends again and again",
            description="The kubelet waits longer each time before it starts it once more.",
        ),
        Alert(
            name="PodNotReady",
            severity=Severity.WARNING,
            expr='max by (namespace, pod) (kube_pod_status_ready{condition="true"}) == 0'
            ' unless on (namespace, pod) (kube_pod_status_phase{phase="Succeeded"} == 1)',
            minutes=limits.not_ready,
            summary="{{ $labels.pod }} is not ready",
            description="In namespace {{ $labels.namespace }}; it gets no requests.",
        ),
        Alert(
            name="ImagePullBackOff",
            severity=Severity.CRITICAL,
            expr=waiting + "kube_pod_container_status_waiting_reason"
            '{reason=~"ImagePullBackOff|ErrImagePull|InvalidImageName"}[5m])) >= 1',
            minutes=limits.image_pull,
            summary="The image of {{ $labels.container }} in {{ $labels.pod }} cannot be pulled",
            description="In namespace {{ $labels.namespace }}.",
        ),
        Alert(
            name="HighMemoryUsage",
            severity=Severity.WARNING,
            expr=f"{rules.MEMORY_OF_LIMIT.name} > {limits.memory_ratio.value}",
            minutes=limits.memory_ratio.minutes,
            summary="{{ $labels.container }} in {{ $labels.pod }} is short of memory",
            description="It uses {{ $value | humanizePercentage }} of its limit.",
        ),
        Alert(
            name="HighCPUUsage",
            severity=Severity.WARNING,
            expr=f"{rules.CPU_OF_LIMIT.name} > {limits.cpu_ratio.value}",
            minutes=limits.cpu_ratio.minutes,
            summary="{{ $labels.container }} in {{ $labels.pod }} is short of CPU",
            description="It uses {{ $value | humanizePercentage }} of its limit.",
        ),
    )


def _serving(limits: DeploymentLimits) -> tuple[Alert, ...]:
    return (
        Alert(
            name="HighErrorRate",
            severity=Severity.WARNING,
            expr=f"{rules.ERRORS.name} > {limits.error_ratio.value}",
            minutes=limits.error_ratio.minutes,
            summary="{{ $labels.service }} answers with errors",
            description="{{ $value | humanizePercentage }} of its answers are 5xx.",
        ),
        Alert(
            name="HighLatency",
            severity=Severity.WARNING,
            expr=f"{rules.REQUEST_SECONDS.name} > {limits.p95_seconds.value}",
            minutes=limits.p95_seconds.minutes,
            summary="{{ $labels.service }} answers slowly",
            description="One request in twenty takes longer than {{ $value | humanizeDuration }}.",
        ),
    )


def _autoscalers(limits: DeploymentLimits) -> tuple[Alert, ...]:
    now = "kube_horizontalpodautoscaler_status_current_replicas"
    of = "kube_horizontalpodautoscaler_spec"
    return (
        Alert(
            name="HPAMaxedOut",
            severity=Severity.WARNING,
            # Equal limits are no autoscaling, and being there is no news.
            expr=f"{now} == {of}_max_replicas and {of}_max_replicas > {of}_min_replicas",
            minutes=limits.at_maximum,
            summary="{{ $labels.horizontalpodautoscaler }} cannot add pods",
            description="It has had its most, {{ $value }}, "
            f"for {limits.at_maximum} minutes; the queue may still grow.",
        ),
        Alert(
            name="HPAScalingDisabled",
            severity=Severity.WARNING,
            expr="kube_horizontalpodautoscaler_status_condition"
            '{condition="ScalingActive",status="false"} == 1',
            minutes=limits.scaling_disabled,
            summary="{{ $labels.horizontalpodautoscaler }} does not scale",
            description="It gets no figures, or its pods are 0; they stay as many as they are.",
        ),
        Alert(
            name="ScalerFailing",
            severity=Severity.WARNING,
            expr="sum by (namespace, scaledObject) "
            "(increase(keda_scaled_object_errors_total[5m])) > 0",
            minutes=limits.scaler_errors,
            summary="KEDA cannot ask what {{ $labels.scaledObject }} scales by",
            description="Its queue or Prometheus does not answer; pods stay as many as they are.",
        ),
    )
