"""Dubbing's charts as each environment draws them, in made-up contexts."""

from collections.abc import Mapping
from functools import cache

import cdk8s

from charts.context import Registry, SecretsStore
from charts.dubbing.context import ModelContext
from charts.dubbing.limits import LimitsChart, quotas
from charts.dubbing.service import ModelServiceChart
from charts.namespace import NamespaceChart
from charts.objects import digest_of
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
        monitoring="monitoring",
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
        **{service.name: service_objects(system, service) for service in system.services},
    }


CHARTS: Mapping[str, Charts] = {"prod": drawn(PROD), "dev": drawn(DEV)}
