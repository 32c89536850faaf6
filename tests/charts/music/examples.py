"""Music's charts as each environment draws them, in made-up contexts."""

from collections.abc import Mapping
from functools import cache

import cdk8s

from charts.context import Addresses, AlbIngress, Registry, SecretsStore
from charts.cost_exporter import API_SERVICES
from charts.ingress import READY_BEHIND_LOAD_BALANCER
from charts.music.api import ApiChart
from charts.music.context import ApiContext
from charts.music.limits import LimitsChart
from charts.music.pipeline import PipelineChart, StepChart
from charts.music.watching import DashboardChart, RulesChart
from charts.namespace import NamespaceChart
from charts.quota import QuotaChart
from charts.release_gate import ReleaseGateChart
from settings.music.system import Music
from settings.workloads import Pods
from tests.charts.examples import REGISTRY, Charts, Objects, draw
from tests.settings.music.examples import DEV, PROD


def context_of(system: Music) -> ApiContext:
    """Describe where steps and API could find what they need."""
    account = f"{system.region}:123456789012"
    return ApiContext(
        system=system.label,
        namespace=system.namespace,
        images=Registry(host=REGISTRY),
        region=system.region,
        bucket="example-runs",
        models="example-models",
        api=Addresses(cidrs=("10.0.4.0/24", *API_SERVICES)),
        queue_url=f"https://sqs.{system.region}.amazonaws.com/123456789012/videos",
        load_balancer=f"arn:aws:elasticloadbalancing:{account}:loadbalancer/app/example/",
        exposure=AlbIngress(load_balancer=system.load_balancer, cidrs=("10.0.0.0/24",)),
        secrets=SecretsStore(
            region=system.region, arns={"login": f"arn:aws:secretsmanager:{account}:secret:login"}
        ),
    )


def api_objects(system: Music) -> Objects:
    """Draw the API."""
    return draw(
        ApiChart(
            cdk8s.App(),
            api=system.api,
            login=system.login,
            uploads=system.uploads,
            context=context_of(system),
        )
    )


def pipeline_objects(system: Music) -> Objects:
    """Draw the pipeline."""
    return draw(PipelineChart(cdk8s.App(), pipeline=system.pipeline, context=context_of(system)))


@cache
def drawn(system: Music) -> Charts:
    """Draw every chart of a system, by the chart's name."""
    label, namespace = system.label, system.namespace
    pods: tuple[Pods, ...] = (*system.workloads, *system.steps)
    return {
        "namespace": draw(
            NamespaceChart(
                cdk8s.App(),
                system=label,
                namespace=namespace,
                kubernetes=system.cluster.kubernetes,
                labels=READY_BEHIND_LOAD_BALANCER,
            )
        ),
        "limits": draw(LimitsChart(cdk8s.App(), pods=pods, system=label, namespace=namespace)),
        "quota": draw(
            QuotaChart(cdk8s.App(), name="pods", workloads=pods, system=label, namespace=namespace)
        ),
        "release-gate": draw(ReleaseGateChart(cdk8s.App(), system=label, namespace=namespace)),
        "pipeline": pipeline_objects(system),
        "rules": draw(RulesChart(cdk8s.App(), watching=system.watching, system=label)),
        "runs-dashboard": draw(DashboardChart(cdk8s.App(), watching=system.watching, system=label)),
        system.api.name: api_objects(system),
        **{
            step.name: draw(StepChart(cdk8s.App(), step=step, context=context_of(system)))
            for step in system.steps
        },
    }


CHARTS: Mapping[str, Charts] = {"prod": drawn(PROD), "dev": drawn(DEV)}
