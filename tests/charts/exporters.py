"""The exporters as charts draw them, in a made-up place."""

from collections.abc import Sequence
from typing import Any

import cdk8s

from charts.context import Addresses, Context, KubernetesSecret, Registry, SecretsStore
from charts.cost_exporter import CostExporterChart
from charts.queue_exporter import QueueExporterChart, RedisEndpoint
from settings.workloads import Placement, Resources, Rollout
from tests.charts.examples import REGISTRY, Objects, draw
from tests.settings.examples import ExampleWorkload

CONTEXT = Context(system="example", namespace="monitoring", images=Registry(host=REGISTRY))
REDIS = RedisEndpoint(
    host="cache.example.com", port=6380, tls=True, location=Addresses(cidrs=("10.1.0.0/16",))
)
STORE = SecretsStore(
    region="us-east-1",
    arns={"redis": "arn:aws:secretsmanager:us-east-1:123456789012:secret:redis"},
)
API = Addresses(cidrs=("10.1.0.0/16", "172.20.0.1/32"))
PRICES = {"as_of": "2026-11-28", "types": {"g5.xlarge": {"gpus": 1, "usd_per_hour": {"spot": 0.5}}}}
BUDGETS = {"models": {"speech": 5000}}
RESOURCES = Resources(cpu_milli=100, memory_mib=128, cpu_limit_milli=200, memory_limit_mib=256)


def exporter(name: str) -> ExampleWorkload:
    return ExampleWorkload(
        name=name,
        resources=RESOURCES,
        most=1,
        rollout=Rollout(ready_within=60, limit=600),
        placement=Placement(node_selector={"pool": "common"}, tolerations={"pool": "common"}),
    )


def queue_exporter(
    *, secrets: SecretsStore | KubernetesSecret = STORE, queues: Sequence[str] = ("stt", "mt")
) -> Objects:
    return draw(
        QueueExporterChart(
            cdk8s.App(),
            workload=exporter("queue-exporter"),
            context=CONTEXT,
            redis=REDIS,
            secrets=secrets,
            queues=queues,
        )
    )


def cost_exporter(
    *, prices: dict[str, Any] = PRICES, budgets: dict[str, dict[str, int]] = BUDGETS
) -> Objects:
    return draw(
        CostExporterChart(
            cdk8s.App(),
            workload=exporter("cost-exporter"),
            context=CONTEXT,
            prices=prices,
            budgets=budgets,
            api=API,
        )
    )
