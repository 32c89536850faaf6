"""Silver Guardian's charts as each environment draws them, in made-up contexts."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import cdk8s

from charts.context import Registry
from charts.guardian.analyzer import AnalyzerChart
from charts.guardian.check import CheckChart
from charts.guardian.context import AnalyzerContext
from charts.namespace import NamespaceChart
from charts.objects import digest_of
from charts.quota import QuotaChart
from charts.release_gate import ReleaseGateChart
from settings.guardian.analyzers import Analyzer
from settings.guardian.system import Guardian
from tests.charts.examples import REGISTRY, Charts, Objects, draw
from tests.settings.guardian.examples import DETECTING, DEV, PROD


def context_of(system: Guardian, analyzer: Analyzer) -> AnalyzerContext:
    """Describe where an analyser could find its messages and uploads."""
    return AnalyzerContext(
        system=system.label,
        namespace=system.namespace,
        images=Registry(host=REGISTRY),
        region=system.region,
        queue_url=f"https://sqs.{system.region}.amazonaws.com/123456789012/{analyzer.name}",
        bucket="example-uploads",
        prefix=system.uploads.prefix,
    )


def analyzer_objects(system: Guardian, analyzer: Analyzer) -> Objects:
    """Draw one analyser."""
    return draw(AnalyzerChart(cdk8s.App(), analyzer=analyzer, context=context_of(system, analyzer)))


def check_of(system: Guardian, analyzer: Analyzer, **context: Any) -> dict[str, Any]:
    """Draw the Job that checks an analyser's image, in a context with other values."""
    place = replace(context_of(system, analyzer), **context)
    (job,) = draw(CheckChart(cdk8s.App(), analyzer=analyzer, context=place, digest=digest_of))
    return job


@cache
def drawn(system: Guardian) -> Charts:
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
        "quota": draw(
            QuotaChart(
                cdk8s.App(),
                name="analyzers",
                workloads=system.workloads,
                system=label,
                namespace=namespace,
            )
        ),
        "release-gate": draw(ReleaseGateChart(cdk8s.App(), system=label, namespace=namespace)),
        **{analyzer.name: analyzer_objects(system, analyzer) for analyzer in system.workloads},
        **{f"{one.name}-check": [check_of(system, one)] for one in system.workloads},
    }


CHARTS: Mapping[str, Charts] = {
    "prod": drawn(PROD),
    "dev": drawn(DEV),
    "detecting": drawn(DETECTING),
}
