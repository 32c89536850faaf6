"""Dashboard 2: jobs, from the queue to their end."""

from charts.dubbing import rules
from charts.panels import (
    Dashboard,
    Draw,
    Panel,
    Query,
    Unit,
    bars,
    lines,
    stat,
)
from settings.dubbing.watching import Watching

_COMPLETED = 'model_jobs_total{outcome="completed"}'
_FAILED = 'model_jobs_total{outcome="failed"}'


def jobs_dashboard(watching: Watching) -> Dashboard:
    """Return "Job processing"."""
    levels = watching.levels
    return Dashboard(
        uid="dubbing-jobs",
        title="Dubbing: job processing",
        description="How many jobs wait, how fast they are done, and how many fail.",
        panels=(
            stat("Jobs done, 24 h", Unit.COUNT, f"sum(increase({_COMPLETED}[1d]))"),
            stat(
                "Jobs failed, 24 h",
                Unit.COUNT,
                f"sum(increase({_FAILED}[1d]) or {_COMPLETED} * 0)",
                levels=levels.failed_jobs_a_day,
            ),
            stat(
                "Success, 24 h",
                Unit.RATIO,
                f"sum(increase({_COMPLETED}[1d])) / sum(increase(model_jobs_total[1d]))",
                levels=levels.success_ratio,
            ),
            stat(
                "Mean time of a job",
                Unit.SECONDS,
                "sum(rate(model_job_seconds_sum[$__rate_interval]))"
                " / sum(rate(model_job_seconds_count[$__rate_interval]))",
            ),
            stat(
                "Jobs in all queues",
                Unit.COUNT,
                f"sum({rules.PENDING_JOBS.name})",
                levels=levels.queue_jobs,
            ),
            stat(
                "Oldest waiting job",
                Unit.SECONDS,
                "max(bullmq_oldest_waiting_seconds)",
                description="How long whoever has waited longest has waited.",
            ),
            lines(
                "Jobs finished per hour by stage",
                Unit.COUNT,
                Query(f"sum by (queue) ({rules.JOBS_PER_HOUR.name})", "{{queue}}"),
            ),
            lines(
                "Jobs in queue by stage",
                Unit.COUNT,
                Query(rules.PENDING_JOBS.name, "{{queue}}"),
                levels=levels.queue_jobs_by_stage,
            ),
            lines(
                "Time of a job by stage",
                Unit.SECONDS,
                *(
                    Query(
                        f"histogram_quantile({quantile}, sum by (queue, le) "
                        "(rate(model_job_seconds_bucket[$__rate_interval])))",
                        f"{{{{queue}}}} p{quantile * 100:.0f}",
                    )
                    for quantile in (0.5, 0.95, 0.99)
                ),
            ),
            lines(
                "Jobs that fail, by stage",
                Unit.RATIO,
                Query(rules.FAILED_JOBS.name, "{{queue}}"),
                levels=levels.failed_job_ratio,
            ),
            lines(
                "Places for jobs in use",
                Unit.RATIO,
                *(
                    Query(
                        f'sum(bullmq_job_count{{queue="{service.queue}",state="active"}}) / '
                        f'(count(model_loaded{{service="{service.name}"}} == 1) * '
                        f"{service.jobs_per_pod})",
                        service.name,
                    )
                    for service in watching.services
                ),
                highest=1,
                description="Jobs in work over what the loaded pods take at once.",
            ),
            lines(
                "Jobs finished per minute",
                Unit.COUNT,
                Query(f"sum by (queue) (rate({_COMPLETED}[$__rate_interval])) * 60", "{{queue}}"),
            ),
            bars(
                "Failed jobs kept in queues",
                Unit.COUNT,
                Query('sort_desc(max by (queue) (bullmq_job_count{state="failed"}))', "{{queue}}"),
                description="BullMQ keeps 500 of a queue for 7 days; each has its error.",
            ),
            Panel(
                title="How long jobs take",
                draw=Draw.HEATMAP,
                unit=Unit.SECONDS,
                queries=(
                    Query(
                        "sum by (le) (increase(model_job_seconds_bucket[$__rate_interval]))",
                        "{{le}}",
                    ),
                ),
                description="The darker, the more jobs ended in that time.",
                columns=16,
            ),
        ),
    )
