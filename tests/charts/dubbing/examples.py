"""Dubbing's charts as each environment draws them, in made-up contexts."""

from collections.abc import Mapping
from functools import cache

import cdk8s

from charts.context import Addresses, Registry, SecretsStore
from charts.cost_exporter import API_SERVICES, CostExporterChart, price_list
from charts.dubbing.context import ModelContext
from charts.dubbing.dashboards import dashboards
from charts.dubbing.limits import LimitsChart, quotas
from charts.dubbing.service import ModelServiceChart
from charts.dubbing.watching import DashboardChart, RulesChart
from charts.namespace import NamespaceChart
from charts.objects import digest_of
from charts.queue_exporter import PASSWORD, QueueExporterChart, RedisEndpoint
from charts.release_gate import ReleaseGateChart
from settings.dubbing.services import ModelService
from settings.dubbing.system import CALLERS, Dubbing
from tests.charts.examples import REGISTRY, Charts, Objects, draw
from tests.settings.dubbing.examples import DEV, PROD


def context_of(system: Dubbing) -> ModelContext:
    """Describe where model services could find what they need."""
    secret = f"arn:aws:secretsmanager:{system.region}:123456789012:secret:"
    return ModelContext(
        system=system.label,
        namespace=system.namespace,
        images=Registry(host=REGISTRY),
        region=system.region,
        bucket="example-files",
        cache="example.cache.amazonaws.com:6379",
        secrets=SecretsStore(
            region=system.region,
            arns={"valkey": f"{secret}valkey", "hugging-face": f"{secret}hugging-face"},
        ),
        releasing="argo-rollouts",
        callers=CALLERS,
    )


def service_objects(system: Dubbing, service: ModelService) -> Objects:
    """Draw one model service."""
    return draw(
        ModelServiceChart(
            cdk8s.App(),
            service=service,
            limits=system.release_limits,
            context=context_of(system),
            digest=digest_of,
        )
    )


def _queue_exporter(system: Dubbing) -> cdk8s.Chart:
    return QueueExporterChart(
        cdk8s.App(),
        workload=system.queue_exporter,
        context=context_of(system),
        redis=RedisEndpoint(
            host="example.cache.amazonaws.com",
            port=6379,
            tls=True,
            location=Addresses(cidrs=("10.0.8.0/24",)),
        ),
        secrets=SecretsStore(
            region=system.region,
            arns={PASSWORD.source: context_of(system).secrets.arns["valkey"]},
        ),
        queues=[service.queue for service in system.services],
    )


def _cost_exporter(system: Dubbing) -> cdk8s.Chart:
    return CostExporterChart(
        cdk8s.App(),
        workload=system.cost_exporter,
        context=context_of(system),
        prices=price_list(system.region, ["g5.2xlarge"]),
        budgets={system.namespace: {one.name: one.budget_usd for one in system.services}},
        api=Addresses(cidrs=("10.0.4.0/24", *API_SERVICES)),
    )


@cache
def drawn(system: Dubbing) -> Charts:
    """Draw every chart of a system, by the chart's name."""
    label, namespace = system.label, system.namespace
    return {
        "namespace": draw(
            NamespaceChart(
                cdk8s.App(),
                system=label,
                namespace=namespace,
                kubernetes=system.cluster.kubernetes,
            )
        ),
        "limits": draw(
            LimitsChart(cdk8s.App(), services=system.services, system=label, namespace=namespace)
        ),
        "quotas": [
            thing
            for chart in quotas(services=system.services, system=label, namespace=namespace)
            for thing in draw(chart)
        ],
        "release-gate": draw(
            ReleaseGateChart(cdk8s.App(), system=label, namespace=namespace, rollouts=True)
        ),
        "rules": draw(RulesChart(cdk8s.App(), system=label, watching=system.watching)),
        **{
            drawn.uid: draw(DashboardChart(cdk8s.App(), drawn, system=label))
            for drawn in dashboards(system.watching)
        },
        "queue-exporter": draw(_queue_exporter(system)),
        "cost-exporter": draw(_cost_exporter(system)),
        **{service.name: service_objects(system, service) for service in system.services},
    }


CHARTS: Mapping[str, Charts] = {"prod": drawn(PROD), "dev": drawn(DEV)}
