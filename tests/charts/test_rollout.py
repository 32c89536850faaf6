"""A Rollout replaces a whole version by the next, and measures it where there are pods to ask."""

from dataclasses import replace
from typing import Any

import promql_parser
import pytest
from lightkube.models.core_v1 import Container, PodSpec, PodTemplateSpec
from lightkube.models.meta_v1 import ObjectMeta

from charts.analysis import AnalysisTemplate, MetricLimit, WebAnswer, error_rate, p95
from charts.objects import Identity
from charts.pod import spread
from charts.rollout import BlueGreen, active_service, preview_service, preview_url
from settings.checks import SettingError
from settings.workloads import Rollout

IDENTITY = Identity(system="example", namespace="models", name="stt", component="stt", version="2")
PODS = PodTemplateSpec(
    metadata=ObjectMeta(labels=IDENTITY.labels),
    spec=PodSpec(
        containers=[Container(name="server", image="stt")],
        topologySpreadConstraints=spread(IDENTITY),
    ),
)
HEALTH = WebAnswer(name="health", url=preview_url(IDENTITY, port=8000, path="/health"))
ERRORS = MetricLimit(
    name="errors",
    query=error_rate(IDENTITY, "requests_total", window=60),
    most=0.05,
    prometheus="http://prometheus:9090",
)


def analysis(name: str = "stt-before", *, count: int = 3) -> AnalysisTemplate:
    return AnalysisTemplate(
        metadata=IDENTITY.metadata(name),
        metrics=(HEALTH, ERRORS),
        initial_delay=120,
        interval=15,
        count=count,
    )


ROLLOUT = BlueGreen(
    identity=IDENTITY,
    pods=PODS,
    rollout=Rollout(ready_within=600, limit=1800),
    replicas=None,
    fewest=2,
    before=analysis(),
    after=analysis("stt-after"),
)


def strategy(rollout: BlueGreen) -> dict[str, Any]:
    found: dict[str, Any] = rollout.to_dict()["spec"]["strategy"]["blueGreen"]
    return found


def test_the_services_are_those_that_the_rollout_switches() -> None:
    """Both select the workload's pods; the controller adds the version to each."""
    active = active_service(IDENTITY, name="http", port=8000)
    preview = preview_service(IDENTITY, name="http", port=8000)

    found = strategy(ROLLOUT)
    names = [one.metadata.name for one in (active, preview) if one.metadata]
    assert names == [found["activeService"], found["previewService"]] == ["stt", "stt-preview"]
    assert active.spec == preview.spec
    assert ROLLOUT.to_dict()["spec"]["selector"]["matchLabels"] == IDENTITY.selector


def test_a_version_that_makes_no_progress_is_aborted() -> None:
    """And nothing hangs on it: no count of its own for the preview (argo-rollouts#4294)."""
    spec = ROLLOUT.to_dict()["spec"]

    assert (spec["progressDeadlineSeconds"], spec["progressDeadlineAbort"]) == (1800, True)
    assert "previewReplicaCount" not in strategy(ROLLOUT)
    assert "workloadRef" not in spec


def test_back_to_the_version_before_nothing_is_measured() -> None:
    """A rollback must not fail because Prometheus has."""
    assert ROLLOUT.to_dict()["spec"]["rollbackWindow"] == {"revisions": 1}


@pytest.mark.parametrize(("replicas", "written"), [(None, {}), (2, {"replicas": 2})])
def test_the_number_of_pods_is_absent_where_an_autoscaler_owns_it(
    replicas: int | None, written: dict[str, int]
) -> None:
    """Written here, each release would reset it."""
    spec = replace(ROLLOUT, replicas=replicas).to_dict()["spec"]

    assert {key: value for key, value in spec.items() if key == "replicas"} == written


def test_both_analyses_are_told_the_version_that_they_measure() -> None:
    """Else the old version's requests would hide the errors of the new one."""
    found = strategy(ROLLOUT)

    version = [{"name": "version", "valueFrom": {"podTemplateHashValue": "Latest"}}]
    assert found["prePromotionAnalysis"]["templates"] == [{"templateName": "stt-before"}]
    assert found["postPromotionAnalysis"]["templates"] == [{"templateName": "stt-after"}]
    assert found["prePromotionAnalysis"]["args"] == version
    assert found["postPromotionAnalysis"]["args"] == version


def test_a_workload_that_may_have_no_pod_is_not_measured() -> None:
    """With none to ask, a good version would be aborted."""
    found = strategy(replace(ROLLOUT, fewest=0))

    assert not {"prePromotionAnalysis", "postPromotionAnalysis"} & found.keys()


def test_pods_are_spread_version_by_version() -> None:
    """The old version's pods would else push the new ones to the fuller zone."""
    pod = ROLLOUT.to_dict()["spec"]["template"]["spec"]

    keys = [one["matchLabelKeys"] for one in pod["topologySpreadConstraints"]]
    assert keys == [["rollouts-pod-template-hash"]] * 2


def test_an_analysis_must_end_before_the_controller_gives_up() -> None:
    """No pod changes meanwhile, which it takes for no progress."""
    with pytest.raises(
        SettingError, match=r"stt analysis is '1905 s': must be shorter .* \(1800 s"
    ):
        replace(ROLLOUT, after=analysis(count=120))


def test_without_a_value_a_version_is_not_good() -> None:
    """Prometheus answers with nothing where it reads none of the pods."""
    health, errors = analysis().to_dict()["spec"]["metrics"]

    assert errors["successCondition"] == "len(result) > 0 && result[0] <= 0.05"
    assert health["provider"]["web"]["url"] == "http://stt-preview.models.svc:8000/health"
    for metric in (health, errors):
        assert (metric["initialDelay"], metric["interval"], metric["count"]) == ("120s", "15s", 3)
        assert (metric["failureLimit"], metric["consecutiveErrorLimit"]) == (0, 2)


@pytest.mark.parametrize(
    "query",
    [
        error_rate(IDENTITY, "requests_total", window=60),
        p95(IDENTITY, "request_seconds", window=60),
    ],
)
def test_queries_are_of_one_version_and_legal(query: str) -> None:
    """Prometheus' own grammar reads them once the version stands in them."""
    assert query.count('pod=~"stt-{{args.version}}-.*"') == query.count('namespace="models"') >= 2

    parsed = promql_parser.parse(query.replace("{{args.version}}", "7d9f"))
    assert isinstance(parsed, promql_parser.BinaryExpr)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("metrics", (), "analysis metrics is (): measure something"),
        ("initial_delay", -1, "analysis initial_delay is -1: must not be below 0"),
        ("interval", 0, "analysis interval is 0: must be at least 1 s"),
        ("count", 0, "analysis count is 0: measure at least once"),
    ],
)
def test_an_analysis_that_cannot_be_says_so(field: str, value: Any, message: str) -> None:
    """Which field, which value, what would be right."""
    with pytest.raises(SettingError) as raised:
        replace(analysis(), **{field: value})

    assert str(raised.value) == message
