"""The charts by which Dubbing is watched: rules for Prometheus, dashboards for Grafana."""

import cdk8s
from constructs import Construct
from lightkube.models.meta_v1 import ObjectMeta

from charts.dubbing.alerts import alert_groups
from charts.dubbing.rules import RECORDING_GROUPS
from charts.grafana import config_map
from charts.monitoring import NAMESPACE, PrometheusRule
from charts.objects import add, common_labels
from charts.panels import Dashboard
from settings.dubbing.watching import Watching


class RulesChart(cdk8s.Chart):
    """Recording rules and alerts."""

    def __init__(self, scope: Construct, *, system: str, watching: Watching) -> None:
        super().__init__(scope, "rules")
        alerts = tuple(group.rules for group in alert_groups(watching))
        for name, groups in (("recording", RECORDING_GROUPS), ("alerts", alerts)):
            metadata = ObjectMeta(name=name, namespace=NAMESPACE, labels=common_labels(system))
            add(self, PrometheusRule(metadata=metadata, groups=groups))


class DashboardChart(cdk8s.Chart):
    """One dashboard: all of them would be more than CloudFormation hands to a Lambda at once.

    Grafana looks for them in its own namespace only.
    """

    def __init__(self, scope: Construct, drawn: Dashboard, *, system: str) -> None:
        super().__init__(scope, drawn.uid)
        metadata = ObjectMeta(name=drawn.uid, namespace=NAMESPACE, labels=common_labels(system))
        add(self, config_map(drawn, metadata))
