"""How runs are watched: alerts for Prometheus, and a dashboard for Grafana."""

import cdk8s
from constructs import Construct
from lightkube.models.meta_v1 import ObjectMeta

from charts.grafana import config_map
from charts.monitoring import NAMESPACE, AlertingRule, PrometheusRule, RuleGroup
from charts.objects import add, common_labels
from charts.panels import Dashboard, Query, Unit, lines, stat
from settings.music.watching import Watching
from settings.watching import Levels

_RUNBOOK = "docs/music/runbooks/run-failed.md"
_MINUTE = 60
_BEGUN = 'phase="Running"'
_ENDED_BADLY = 'phase=~"Failed|Error"'
_CONTROLLER = 'service="argo-workflows-workflow-controller"'


class RulesChart(cdk8s.Chart):
    """The alerts."""

    def __init__(self, scope: Construct, *, watching: Watching, system: str) -> None:
        super().__init__(scope, "rules")
        metadata = ObjectMeta(name="runs", namespace=NAMESPACE, labels=common_labels(system))
        group = RuleGroup(name="runs", rules=alerts(watching))
        add(self, PrometheusRule(metadata=metadata, groups=(group,)))


class DashboardChart(cdk8s.Chart):
    """The dashboard; Grafana looks for it in its own namespace only."""

    def __init__(self, scope: Construct, *, watching: Watching, system: str) -> None:
        drawn = runs_dashboard(watching)
        super().__init__(scope, drawn.uid)
        metadata = ObjectMeta(name=drawn.uid, namespace=NAMESPACE, labels=common_labels(system))
        add(self, config_map(drawn, metadata))


def alerts(watching: Watching) -> tuple[AlertingRule, ...]:
    """Return what somebody is told of: the runbook has a heading for each."""
    runs, steps = _Runs(watching), "|".join(watching.steps)
    return (
        _alert(
            "RunsFail",
            "critical",
            f"sum(increase({runs.entered(_ENDED_BADLY)}[1h])) >= {watching.failed_runs}",
            minutes=1,
            summary="{{ $value }} runs have failed within an hour",
            description="One may be its video's fault; so many are not.",
        ),
        _alert(
            "RunFailed",
            "warning",
            f"sum(increase({runs.entered(_ENDED_BADLY)}[15m])) > 0",
            minutes=1,
            summary="A run has failed",
            description="Its end.json says why, and its pods are there for a day.",
        ),
        _alert(
            "RunsAreSlow",
            "warning",
            f"{runs.mean('1h')} > {watching.run_seconds}",
            minutes=5,
            summary="Runs of the last hour took {{ $value | humanizeDuration }}",
            description="Machines come late, models load slowly, or steps are tried again.",
        ),
        _alert(
            "StepWaitsForMachine",
            "warning",
            "max by (pod) (kube_pod_status_phase"
            f'{{namespace="{watching.namespace}",phase="Pending",pod=~".+-({steps})-.+"}}) > 0',
            minutes=watching.waiting_minutes,
            summary="{{ $labels.pod }} finds no machine",
            description="Neither spot nor on demand is to be had, or a quota is used up.",
        ),
        _alert(
            "NoControllerOfRuns",
            "critical",
            f"absent(up{{{_CONTROLLER}}} == 1)",
            minutes=10,
            summary="The controller of Workflows does not answer",
            description="Steps that run go on; no other one begins.",
        ),
    )


def runs_dashboard(watching: Watching) -> Dashboard:
    """Return the one dashboard: how runs end, how long they take, what they wait for."""
    runs = _Runs(watching)
    here = f'namespace="{watching.namespace}"'
    return Dashboard(
        uid="music-runs",
        title="Music: runs",
        description="How runs end, how long they take, and which machines they have.",
        panels=(
            stat("Runs, 24 h", Unit.COUNT, f"sum(increase({runs.entered(_BEGUN)}[1d]))"),
            stat(
                "Failed, 24 h",
                Unit.COUNT,
                f"sum(increase({runs.entered(_ENDED_BADLY)}[1d])) or vector(0)",
                levels=Levels(warning=1, critical=watching.failed_runs),
            ),
            stat(
                "Time of a run, 24 h",
                Unit.SECONDS,
                runs.mean("1d"),
                levels=Levels(warning=watching.run_seconds / 2, critical=watching.run_seconds),
                description="On average, from its first step; without what it waited before.",
            ),
            stat("Runs now", Unit.COUNT, 'sum(argo_workflows_gauge{phase="Running"}) or vector(0)'),
            stat(
                "Runs that wait",
                Unit.COUNT,
                'sum(argo_workflows_gauge{phase="Pending"}) or vector(0)',
            ),
            stat(
                "Machines with GPUs",
                Unit.COUNT,
                'sum(kube_node_status_capacity{resource="nvidia_com_gpu"}) or vector(0)',
                description="None while no run is there: each costs by the second.",
            ),
            lines(
                "How runs end",
                Unit.COUNT,
                Query(f"sum by (phase) (increase({runs.entered()}[1h]))", "{{phase}}"),
                columns=12,
            ),
            lines(
                "Steps",
                Unit.COUNT,
                Query(
                    f"sum by (phase) (kube_pod_status_phase"
                    f'{{{here},pod=~".+-({"|".join(watching.steps)})-.+"}})',
                    "{{phase}}",
                ),
                columns=12,
            ),
            lines(
                "Machines of node pools",
                Unit.COUNT,
                Query(
                    'max by (nodepool) (karpenter_nodepools_usage{resource_type="nodes"})',
                    "{{nodepool}}",
                ),
                Query(
                    'max by (nodepool) (karpenter_nodepools_limit{resource_type="nodes"})',
                    "{{nodepool}}, at most",
                ),
                columns=12,
            ),
            lines(
                "Errors of the controller",
                Unit.PER_SECOND,
                Query(
                    "sum by (cause) (rate(argo_workflows_error_count[$__rate_interval]))",
                    "{{cause}}",
                ),
                columns=12,
            ),
        ),
    )


class _Runs:
    """Argo's series about the runs: names and labels of v4.0.5 (its docs/metrics.md)."""

    def __init__(self, watching: Watching) -> None:
        self._of = f'name="{watching.template}",namespace="{watching.namespace}"'

    def entered(self, *conditions: str) -> str:
        """Name the counter of runs that have entered a phase."""
        chosen = ",".join((self._of, *conditions))
        return f"argo_workflows_workflowtemplate_triggered_total{{{chosen}}}"

    def mean(self, window: str) -> str:
        """Ask how long the runs that ended within a time took on average."""
        seconds, count = (
            f"sum(increase(argo_workflows_workflowtemplate_runtime_{part}{{{self._of}}}[{window}]))"
            for part in ("sum", "count")
        )
        return f"{seconds} / ({count} > 0)"


def _alert(
    name: str, severity: str, expression: str, *, minutes: int, summary: str, description: str
) -> AlertingRule:
    return AlertingRule(
        name=name,
        expression=expression,
        lasts=minutes * _MINUTE,
        labels={"severity": severity},
        annotations={
            "summary": summary,
            "description": description,
            "runbook_url": f"{_RUNBOOK}#{name.lower()}",
        },
    )
