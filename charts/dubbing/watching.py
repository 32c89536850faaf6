"""The chart with all by which Dubbing is watched: rules for Prometheus, dashboards for Grafana."""

import cdk8s
from constructs import Construct
from lightkube.models.meta_v1 import ObjectMeta

from charts.context import Context
from charts.dubbing.alerts import alert_groups
from charts.dubbing.dashboards import dashboards
from charts.dubbing.dashboards.grafana import config_map
from charts.dubbing.pods import INFERENCE, PORT_NAME
from charts.dubbing.prometheus_rule import PrometheusRule
from charts.dubbing.rules import RECORDING_GROUPS
from charts.monitoring import NAMESPACE, PodMonitor
from charts.objects import add, common_labels
from settings.dubbing.watching import Watching


class WatchingChart(cdk8s.Chart):
    """Recording rules, alerts and dashboards; what they ask for others export."""

    def __init__(self, scope: Construct, *, context: Context, watching: Watching) -> None:
        super().__init__(scope, "watching")

        def metadata(name: str) -> ObjectMeta:
            # Grafana looks for dashboards in its own namespace only.
            labels = common_labels(context.system)
            return ObjectMeta(name=name, namespace=NAMESPACE, labels=labels)

        add(
            self,
            PodMonitor(
                metadata=ObjectMeta(
                    name="models",
                    namespace=context.namespace,
                    labels=common_labels(context.system),
                ),
                pods=INFERENCE,
                port=PORT_NAME,
            ),
        )
        add(self, PrometheusRule(metadata=metadata("recording"), groups=RECORDING_GROUPS))
        add(self, PrometheusRule(metadata=metadata("alerts"), groups=alert_groups(watching)))
        for drawn in dashboards(watching):
            add(self, config_map(drawn, metadata(drawn.uid)))
