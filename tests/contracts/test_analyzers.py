"""Analysers find in their pods what they read, and answer what they are asked."""

import importlib
from typing import Any, cast

import pytest

from analyzer.analyses import AnalysisRunner
from analyzer.cli import main
from analyzer.http import create_app
from analyzer.metrics import WorkerMetrics
from analyzer.readiness import Readiness
from analyzer.runtime import AnalysisProgram
from analyzer.settings import Settings
from settings.guardian.analyzers import Analyzer
from tests.charts.examples import pick, pod_of
from tests.charts.guardian.examples import analyzer_objects, check_of, context_of
from tests.settings.guardian.examples import PROD

every_analyzer = pytest.mark.parametrize("analyzer", PROD.workloads, ids=lambda one: one.name)


class _Read(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def _program(analyzer: Analyzer) -> AnalysisProgram[Any]:
    module = importlib.import_module(f"{analyzer.name.replace('-', '_')}.program")
    return cast("AnalysisProgram[Any]", module.PROGRAM)


def _container(analyzer: Analyzer) -> dict[str, Any]:
    (container,) = pod_of(pick(analyzer_objects(PROD, analyzer), "Deployment"))["spec"][
        "containers"
    ]
    return cast("dict[str, Any]", container)


def _environment(container: dict[str, Any]) -> _Read:
    return _Read({one["name"]: one["value"] for one in container["env"]})


@every_analyzer
def test_a_program_reads_each_variable_that_its_pod_sets(analyzer: Analyzer) -> None:
    """One that nobody reads is one that somebody misses."""
    environment = _environment(_container(analyzer))
    Settings.read(environment, port=1)
    assert environment.keys() <= environment.names


@every_analyzer
def test_a_program_works_where_its_pod_says(analyzer: Analyzer) -> None:
    """It takes messages, reads uploads, and listens where its Service sends to."""
    context, container = context_of(PROD, analyzer), _container(analyzer)
    settings = Settings.read(_environment(container), port=_program(analyzer).port)
    assert (settings.queue_url, settings.bucket, settings.prefix, settings.region) == (
        context.queue_url,
        context.bucket,
        context.prefix,
        context.region,
    )
    assert [port["containerPort"] for port in container["ports"]] == [settings.port]


@every_analyzer
def test_a_program_answers_its_probes(analyzer: Analyzer) -> None:
    """Each path that the kubelet asks is one that the program serves, on its port."""
    program, container = _program(analyzer), _container(analyzer)
    app = create_app(
        program,
        cast("AnalysisRunner[Any]", None),
        cast("Readiness", None),
        WorkerMetrics(),
    )
    served = {getattr(route, "path", "") for route in app.routes}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["path"] in served
        assert container[probe]["httpGet"]["port"] == program.port


@every_analyzer
def test_a_program_takes_the_arguments_of_its_check(
    analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It gets as far as its settings, which are not here."""
    monkeypatch.delenv("S3_BUCKET", raising=False)
    (container,) = pod_of(check_of(PROD, analyzer))["spec"]["containers"]
    with pytest.raises(SystemExit):
        main(_program(analyzer), container["args"])
    assert "S3_BUCKET is ''" in capsys.readouterr().err
