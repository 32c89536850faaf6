"""Silver Guardian's charts as each environment draws them, in made-up surroundings."""

from functools import cache

import cdk8s

from charts.analyzer import AnalyzerChart
from charts.namespace import NamespaceChart
from charts.quota import QuotaChart
from charts.release_gate import ReleaseGateChart
from charts.surroundings import Registry, Work
from settings.analyzers import Analyzer
from settings.system import Guardian
from tests.charts.examples import REGISTRY, Objects


def work(analyzer: Analyzer) -> Work:
    """Describe where an analyser could find its work."""
    return Work(
        images=Registry(host=REGISTRY),
        region="ap-northeast-2",
        queue_url=f"https://sqs.ap-northeast-2.amazonaws.com/123456789012/{analyzer.name}",
        bucket="example-uploads",
        prefix="uploads/",
    )


def analyzer_objects(system: Guardian, analyzer: Analyzer) -> Objects:
    """Draw one analyser."""
    chart = AnalyzerChart(
        cdk8s.App(),
        analyzer=analyzer,
        system=system.label,
        namespace=system.namespace,
        work=work(analyzer),
        nodes=system.machines_of(analyzer),
    )
    objects: Objects = chart.to_json()
    return objects


@cache
def drawn(system: Guardian) -> dict[str, Objects]:
    """Draw every chart of a system, by the chart's name."""
    label, namespace = system.label, system.namespace
    charts = {
        "namespace": NamespaceChart(
            cdk8s.App(),
            system=label,
            namespace=namespace,
            kubernetes=system.cluster.kubernetes,
        ),
        "quota": QuotaChart(
            cdk8s.App(), analyzers=system.analyzers, system=label, namespace=namespace
        ),
        "release-gate": ReleaseGateChart(cdk8s.App(), system=label, namespace=namespace),
    }
    return {
        **{name: chart.to_json() for name, chart in charts.items()},
        **{analyzer.name: analyzer_objects(system, analyzer) for analyzer in system.analyzers},
    }
