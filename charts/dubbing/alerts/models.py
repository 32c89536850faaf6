"""Alerts about models, their GPUs and their queues."""

from charts.dubbing import rules
from charts.dubbing.alerts.alert import Alert, AlertGroup, Severity
from settings.dubbing.watching import ModelLimits

_GPU = "node, gpu"


def model_alerts(limits: ModelLimits) -> AlertGroup:
    """Return the alerts whose runbook is models.md."""
    return AlertGroup(name="models", alerts=(*_jobs(limits), *_gpus(limits)))


def _jobs(limits: ModelLimits) -> tuple[Alert, ...]:
    return (
        Alert(
            name="ModelNotLoaded",
            severity=Severity.CRITICAL,
            expr="min by (namespace, service, pod) (model_loaded) == 0",
            minutes=limits.not_loaded,
            summary="{{ $labels.pod }} runs without its model",
            description=f"For {limits.not_loaded} minutes, longer than a start is given.",
        ),
        Alert(
            name="QueueBacklog",
            severity=Severity.WARNING,
            expr=f"{rules.PENDING_JOBS.name} > {limits.queue_jobs.value}",
            minutes=limits.queue_jobs.minutes,
            summary="{{ $value }} jobs are in queue {{ $labels.queue }}",
            description="Waiting, delayed or in work; what is finished does not count.",
        ),
        Alert(
            name="JobsFailing",
            severity=Severity.WARNING,
            expr=f"{rules.FAILED_JOBS.name} > {limits.failed_job_ratio.value}",
            minutes=limits.failed_job_ratio.minutes,
            summary="Jobs of {{ $labels.service }} fail",
            description="{{ $value | humanizePercentage }} of those that ended.",
        ),
        Alert(
            name="JobsSlow",
            severity=Severity.INFO,
            expr=f"{rules.JOB_SECONDS.name} > {limits.job_p95_seconds.value}",
            minutes=limits.job_p95_seconds.minutes,
            summary="Jobs of {{ $labels.service }} take long",
            description="One in twenty takes longer than {{ $value | humanizeDuration }}.",
        ),
    )


def _gpus(limits: ModelLimits) -> tuple[Alert, ...]:
    hot = f"max by ({_GPU}) (DCGM_FI_DEV_GPU_TEMP) >"
    where = "GPU {{ $labels.gpu }} of {{ $labels.node }}"
    return (
        Alert(
            name="GPUSaturated",
            severity=Severity.INFO,
            expr=f"{rules.GPU_UTILIZATION.name} > {limits.busy_gpu_percent.value}",
            minutes=limits.busy_gpu_percent.minutes,
            summary="GPUs of {{ $labels.service }} are fully used",
            description="At {{ $value | printf `%.0f` }} % on average; more pods come if the queue "
            "asks for them.",
        ),
        Alert(
            name="GPUWarm",
            severity=Severity.WARNING,
            expr=f"{hot} {limits.warm_celsius.value}",
            minutes=limits.warm_celsius.minutes,
            summary=f"{where} is at {{{{ $value }}}} °C",
            description="It will soon run slower to protect itself.",
        ),
        Alert(
            name="GPUHot",
            severity=Severity.CRITICAL,
            expr=f"{hot} {limits.hot_celsius.value}",
            minutes=limits.hot_celsius.minutes,
            summary=f"{where} is at {{{{ $value }}}} °C",
            description="It runs slower to protect itself, and may fail.",
        ),
        Alert(
            name="GPUError",
            severity=Severity.WARNING,
            expr=f"max by ({_GPU}) (DCGM_FI_DEV_XID_ERRORS) > 0",
            minutes=1,
            summary=f"{where} reported XID {{{{ $value }}}}",
            description="The driver's number of the last error; NVIDIA lists what each means.",
        ),
    )
