"""The Job that starts an analyser's image once in a release, though there is no work."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from settings.guardian.analyzers import Analyzer
from tests.charts.examples import pick, pod_of
from tests.charts.guardian.examples import check_of, drawn
from tests.settings.guardian.examples import PROD

every_analyzer = pytest.mark.parametrize("analyzer", PROD.workloads, ids=lambda a: a.name)

_AUDIO = PROD.audio
_ONLY_SERVING = ("ports", "startupProbe", "readinessProbe", "livenessProbe")


def _name(job: dict[str, Any]) -> str:
    name: str = job["metadata"]["name"]
    return name


@every_analyzer
def test_a_check_is_a_pod_of_the_analyser_that_ends(analyzer: Analyzer) -> None:
    """Image, environment, account, place, size and confinement are those of its Deployment."""
    serving = pod_of(pick(drawn(PROD)[analyzer.name], "Deployment"))["spec"]
    (server,) = serving["containers"]
    checker = {name: value for name, value in server.items() if name not in _ONLY_SERVING}

    assert pod_of(check_of(PROD, analyzer))["spec"] == serving | {
        "restartPolicy": "Never",
        "containers": [checker | {"args": ["--check"]}],
    }


@every_analyzer
def test_a_check_is_nobody_elses_pod(analyzer: Analyzer) -> None:
    """Neither Service nor Deployment nor the autoscaler, which asks by labels, takes it for one."""
    objects = drawn(PROD)[analyzer.name]
    labels = pod_of(check_of(PROD, analyzer))["metadata"]["labels"]

    assert not pick(objects, "Service")["spec"]["selector"].items() <= labels.items()
    selector = pick(objects, "Deployment")["spec"]["selector"]["matchLabels"]
    assert not selector.items() <= labels.items()
    assert not {"app", "workload"} & labels.keys()


@every_analyzer
def test_a_check_may_go_where_the_analyser_goes(analyzer: Analyzer) -> None:
    """One policy is of both, in a namespace that is closed."""
    policy = pick(drawn(PROD)[analyzer.name], "NetworkPolicy")["spec"]
    (chosen,) = policy["podSelector"]["matchExpressions"]
    for pods in (
        pod_of(pick(drawn(PROD)[analyzer.name], "Deployment")),
        pod_of(check_of(PROD, analyzer)),
    ):
        assert pods["metadata"]["labels"][chosen["key"]] in chosen["values"]


@every_analyzer
def test_a_check_comes_to_an_end(analyzer: Analyzer) -> None:
    """It fails for good within the rollout's limit, and stays when it has ended.

    If it were cleared away, applying the same Job again would start it again.
    """
    spec = check_of(PROD, analyzer)["spec"]

    assert spec["backoffLimit"] == 2
    assert spec["activeDeadlineSeconds"] == analyzer.rollout.limit
    assert "ttlSecondsAfterFinished" not in spec


_CHANGES: dict[str, Callable[[], dict[str, Any]]] = {
    "image": lambda: check_of(
        PROD, replace(_AUDIO, image=replace(_AUDIO.image, digest=f"sha256:{'1' * 64}"))
    ),
    "queue": lambda: check_of(PROD, _AUDIO, queue_url="https://sqs.example.com/other"),
    "bucket": lambda: check_of(PROD, _AUDIO, bucket="other-uploads"),
    "memory": lambda: check_of(
        PROD, replace(_AUDIO, resources=replace(_AUDIO.resources, memory_limit_mib=4096))
    ),
    "machines": lambda: check_of(PROD, replace(_AUDIO, workload="cpu")),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_another_template_is_another_job(change: str) -> None:
    """A Job cannot change, and what has changed has to be started again."""
    assert _name(_CHANGES[change]()) != _name(check_of(PROD, _AUDIO))


@pytest.mark.parametrize(
    "analyzer",
    [
        _AUDIO,
        replace(_AUDIO, scaling=replace(_AUDIO.scaling, messages_per_pod=1)),
        replace(_AUDIO, rollout=replace(_AUDIO.rollout, limit=1300)),
    ],
    ids=["nothing", "scaling", "limit"],
)
def test_the_same_template_is_the_same_job(analyzer: Analyzer) -> None:
    """A release that changes nothing of the pods starts none."""
    assert _name(check_of(PROD, analyzer)) == _name(check_of(PROD, _AUDIO))
