"""Dashboard 4: whether everything is there and answers."""

from charts.dubbing import rules
from charts.panels import Dashboard, Query, Unit, lines, stat, table
from settings.dubbing.watching import Watching


def health_dashboard(watching: Watching) -> Dashboard:
    """Return "System health"."""
    levels = watching.levels
    here = f'namespace="{watching.namespace}"'
    return Dashboard(
        uid="dubbing-health",
        title="Dubbing: system health",
        description="What answers, what is short of something, and which alerts fire.",
        panels=(
            stat(
                "Services up, 24 h",
                Unit.RATIO,
                f"avg(avg_over_time((max by (service) (up{{{here}}}))[1d:5m]))",
                levels=levels.uptime_ratio,
                description="Share of the time in which at least one pod of a service answered.",
            ),
            stat(
                "Queue store answers",
                Unit.YES_NO,
                "min(queue_exporter_up)",
                description="Whether the exporter reaches Redis.",
            ),
            stat(
                "Costs are known",
                Unit.YES_NO,
                "min(cost_exporter_up)",
                description="Whether the exporter reaches the Kubernetes API.",
            ),
            stat("Targets down", Unit.COUNT, "count(up == 0) or vector(0)"),
            stat(
                "Nodes not ready",
                Unit.COUNT,
                'sum(max by (node) (kube_node_status_condition{condition="Ready",status="true"}) '
                "== bool 0)",
            ),
            stat(
                "Alerts firing",
                Unit.COUNT,
                'count(ALERTS{alertstate="firing",severity!="info"}) or vector(0)',
            ),
            table(
                "What fires",
                Unit.COUNT,
                Query(
                    'sum by (severity, alertname) (ALERTS{alertstate="firing"})',
                    "{{severity}} {{alertname}}",
                ),
            ),
            lines(
                "Requests by service",
                Unit.PER_SECOND,
                Query(
                    "sum by (service) (rate(model_http_requests_total[$__rate_interval]))",
                    "{{service}}",
                ),
            ),
            lines(
                "Time of a request, p95",
                Unit.SECONDS,
                Query(rules.REQUEST_SECONDS.name, "{{service}}"),
                levels=levels.request_p95_seconds,
            ),
            lines(
                "Answers by code",
                Unit.PER_SECOND,
                Query(
                    "sum by (code) (rate(model_http_requests_total[$__rate_interval]))", "{{code}}"
                ),
            ),
            lines(
                "CPU of the limit",
                Unit.RATIO,
                Query(
                    f"max by (container) ({rules.CPU_OF_LIMIT.name}{{{here}}})",
                    "{{container}}",
                ),
                levels=levels.of_limit_ratio,
                description="The worst pod of each container.",
            ),
            lines(
                "Memory of the limit",
                Unit.RATIO,
                Query(
                    f"max by (container) ({rules.MEMORY_OF_LIMIT.name}{{{here}}})",
                    "{{container}}",
                ),
                levels=levels.of_limit_ratio,
                description="The worst pod of each container.",
            ),
            lines(
                "Nodes short of disk, memory or processes",
                Unit.COUNT,
                Query(
                    "sum by (condition) (kube_node_status_condition"
                    '{condition=~"DiskPressure|MemoryPressure|PIDPressure",status="true"})',
                    "{{condition}}",
                ),
                columns=12,
            ),
            lines(
                "GPUs of node pools",
                Unit.COUNT,
                Query(
                    'max by (nodepool) (karpenter_nodepools_usage{resource_type="nvidia_com_gpu"})',
                    "{{nodepool}}",
                ),
                Query(
                    'max by (nodepool) (karpenter_nodepools_limit{resource_type="nvidia_com_gpu"})',
                    "{{nodepool}}, at most",
                ),
                columns=12,
            ),
        ),
    )
