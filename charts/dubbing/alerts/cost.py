"""Alerts about money: too much of it, or spent on GPUs that do little."""

from charts.dubbing import rules
from charts.dubbing.alerts.alert import Alert, AlertGroup, Severity
from settings.dubbing.watching import CostLimits


def cost_alerts(limits: CostLimits) -> AlertGroup:
    """Return the alerts whose runbook is cost.md."""
    return AlertGroup(
        name="cost",
        alerts=(
            Alert(
                name="BudgetThresholdExceeded",
                severity=Severity.WARNING,
                expr=f"{rules.BUDGET_RATIO.name} > {limits.budget_ratio.value}",
                minutes=limits.budget_ratio.minutes,
                summary="{{ $labels.service }} is heading for more than its budget allows",
                description="At today's price a month would cost "
                "{{ $value | humanizePercentage }} of the budget.",
            ),
            Alert(
                name="HighGPUCost",
                severity=Severity.WARNING,
                expr=f"{rules.GPU_NODES_COST_PER_HOUR.name} > {limits.gpu_usd_per_hour.value}",
                minutes=limits.gpu_usd_per_hour.minutes,
                summary="Machines with GPUs cost {{ $value | printf `%.0f` }} USD an hour",
                description="All nodes with GPUs together, for "
                f"{limits.gpu_usd_per_hour.minutes} minutes above "
                f"{limits.gpu_usd_per_hour.value} USD an hour.",
            ),
            Alert(
                name="HighCostPerJob",
                severity=Severity.WARNING,
                expr=f"{rules.COST_PER_JOB.name} > {limits.usd_per_job.value}",
                minutes=limits.usd_per_job.minutes,
                summary="A job of {{ $labels.service }} costs {{ $value | printf `%.2f` }} USD",
                description="Cost per hour over jobs per hour: either the pods do little, or each "
                "job takes long.",
            ),
            Alert(
                name="LowGPUUtilization",
                severity=Severity.INFO,
                expr=f"{rules.GPU_UTILIZATION.name} < {limits.low_gpu_percent.value}",
                minutes=limits.low_gpu_percent.minutes,
                summary="GPUs of {{ $labels.service }} are at {{ $value | printf `%.0f` }} %",
                description="On average of its pods; fewer pods, or a smaller GPU, would do.",
            ),
            Alert(
                name="IdleGPU",
                severity=Severity.WARNING,
                expr=f"{rules.GPU_UTILIZATION_OF_POD.name} < {limits.idle_gpu_percent.value}"
                ' and on (namespace, pod) (kube_pod_status_phase{phase="Running"} == 1)',
                minutes=limits.idle_gpu_percent.minutes,
                summary="The GPU of {{ $labels.pod }} is idle",
                description="The pod runs, its GPU is at {{ $value | printf `%.0f` }} %.",
            ),
        ),
    )
