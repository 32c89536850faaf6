"""Dashboard 1: what is spent, for what, and whether the GPUs earn it."""

from charts.dubbing import rules
from charts.panels import Dashboard, Query, Unit, bars, lines, stat
from settings.dubbing.watching import Watching


def cost_dashboard(watching: Watching) -> Dashboard:
    """Return "Cost & performance"."""
    levels = watching.levels
    return Dashboard(
        uid="dubbing-cost",
        title="Dubbing: cost and performance",
        description="What each service costs, against its budget, its GPUs and its jobs.",
        panels=(
            stat(
                "Projected cost of a month",
                Unit.USD,
                f"sum({rules.PROJECTED_COST.name})",
                levels=levels.projected_usd,
                description="All nodes at today's price, what nobody uses included.",
            ),
            stat("GPU hours, 24 h", Unit.HOURS, f"sum({rules.GPU_HOURS.name})"),
            bars(
                "Cost per hour by service",
                Unit.USD,
                Query(f"sort_desc({rules.COST_PER_HOUR.name})", "{{service}}"),
                description="idle is what nodes have and no pod has asked for.",
            ),
            bars(
                "Budget used",
                Unit.RATIO,
                Query(f"sort_desc({rules.BUDGET_RATIO.name})", "{{service}}"),
                levels=levels.budget_ratio,
                highest=1,
                description="The projected month over the budget.",
            ),
            lines(
                "GPU use by service",
                Unit.PERCENT,
                Query(rules.GPU_UTILIZATION.name, "{{service}}"),
                highest=100,
            ),
            lines(
                "Cost per minute of media",
                Unit.USD,
                Query(rules.COST_PER_MEDIA_MINUTE.name, "{{service}}"),
                description="A service that processes nothing has none.",
            ),
            lines(
                "Cost per job",
                Unit.USD,
                Query(rules.COST_PER_JOB.name, "{{service}} {{queue}}"),
            ),
            lines("Jobs in queues", Unit.COUNT, Query(rules.PENDING_JOBS.name, "{{queue}}")),
            lines(
                "Jobs finished per hour",
                Unit.COUNT,
                Query(f"sum by (queue) ({rules.JOBS_PER_HOUR.name})", "{{queue}}"),
            ),
            lines(
                "GPU memory in use",
                Unit.RATIO,
                Query(rules.GPU_MEMORY.name, "{{service}}"),
                highest=1,
            ),
            lines(
                "Time of a job by stage, p95",
                Unit.SECONDS,
                Query(rules.JOB_SECONDS.name, "{{queue}}"),
                columns=12,
            ),
            lines(
                "Nodes by type",
                Unit.COUNT,
                Query(
                    "count by (instance_type, capacity_type) "
                    "(max by (node, instance_type, capacity_type) (cost_node_usd_per_hour))",
                    "{{instance_type}} {{capacity_type}}",
                ),
                columns=12,
            ),
        ),
    )
