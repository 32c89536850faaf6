"""Argo's own controller releases blue-green, and the release gate says how that ends."""

import time
from collections.abc import Iterator

import pytest

from functions.release_gate.verdict import Complete, Failed
from rehearsal.cluster.operators import OPERATORS
from rehearsal.cluster.rollouts import rollouts
from rehearsal.cluster.usage import set_cpu_usage
from rehearsal.cluster.waiting import looking
from rehearsal.command.service_watch import ready_endpoints, watching
from rehearsal.toolchain import Toolchain, prepare_charts
from tests.rehearsal.blue_green import NAMESPACE, Measured, Service, Stage, measured
from tests.rehearsal.checkout import TOOLS
from tests.rehearsal.conftest import Figure
from tests.rehearsal.manifests import autoscaler
from tests.rehearsal.played import played_cluster
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Share one cluster: each test has a Rollout of its own."""
    prepare_charts(Toolchain(bin=TOOLS / "bin"), ["argo-rollouts"], print)
    directory = tmp_path_factory.mktemp("rollouts")
    with measured() as answers, played_cluster(directory) as cluster:
        yield Stage.prepare(cluster, answers)


@pytest.fixture(autouse=True)
def _all_is_well(stage: Stage) -> None:
    well = Measured()
    stage.answers.health, stage.answers.values = well.health, well.values


def _image(stage: Stage, name: str, behaviour: str = "") -> str:
    return stage.cluster.registry.push(
        name, {"rehearsal/behaviour": behaviour} if behaviour else {}
    )


def _first(service: Service) -> str:
    """Bring up the first version of a service, which no analysis delays; return its image."""
    image = _image(service.stage, f"{service.name}/1")
    assert service.release(image) == Complete()
    return image


def test_a_good_version_takes_over_and_the_old_one_goes(stage: Stage, figure: Figure) -> None:
    """All the time the Service has a ready endpoint; the preview is nobody's loss."""
    service = Service(stage=stage, name="good")
    _first(service)
    new = _image(stage, "good/2")

    began = time.monotonic()
    with watching(stage.cluster.client) as watch:
        assert service.release(new) == Complete()
        figure(f"good Rollout, from apply to complete: {time.monotonic() - began:.0f} s")
        assert service.images() == {new}
        until(service.is_alone, "the old version goes")

    assert watch.interrupted() == []
    assert (NAMESPACE, "good-preview") not in ready_endpoints(stage.cluster.client)
    (counted,) = (one for one in rollouts(stage.cluster.client) if one.name == "good")
    assert (counted.ready, counted.wanted) == (2, 2)


@pytest.mark.parametrize(
    ("behaviour", "reason"), [("crash", "exit code 1"), ("", "ImagePullBackOff")]
)
def test_a_bad_image_fails_and_the_old_manifest_is_complete_at_once(
    stage: Stage, figure: Figure, behaviour: str, reason: str
) -> None:
    """CloudFormation applies the old one again: back to the version that serves, unmeasured."""
    service = Service(stage=stage, name=f"bad-{behaviour or 'missing'}")
    good = _first(service)
    missing = stage.cluster.registry.missing("bad")
    bad = _image(stage, "bad", behaviour) if behaviour else missing

    verdict = service.release(bad)

    assert isinstance(verdict, Failed)
    assert reason in verdict.reason
    assert service.images() == {good}
    stage.answers.health = 503  # nothing asks
    began = time.monotonic()
    assert service.release(good) == Complete()
    figure(f"Rollout, old manifest again to complete: {time.monotonic() - began:.1f} s")
    until(service.is_alone, "the bad version goes")


def test_pods_that_fit_nowhere_are_aborted_at_the_deadline(stage: Stage) -> None:
    """The gate leaves them more time here than the controller does."""
    service = Service(stage=stage, name="large", deadline=12)
    good = _first(service)

    verdict = service.release(_image(stage, "large/2"), cpu="64")

    assert isinstance(verdict, Failed)
    assert "has timed out progressing" in verdict.reason
    assert "Unschedulable: 0/4 nodes are available" in verdict.reason
    assert "the old version" in verdict.reason
    assert "serves on (ready pods: 2)" in verdict.reason
    assert service.images() == {good}
    until(service.is_alone, "the aborted version goes")
    assert service.release(good) == Complete()


def test_a_preview_that_answers_badly_is_aborted_before_it_serves(stage: Stage) -> None:
    """Its health is asked at the preview Service's address."""
    service = Service(stage=stage, name="sick")
    good = _first(service)
    stage.answers.health = 503

    verdict = service.release(_image(stage, "sick/2"))

    assert isinstance(verdict, Failed)
    expected = "metric health could not be measured: received non 2xx response code: 503"
    assert expected in verdict.reason
    assert service.images() == {good}


@pytest.mark.parametrize(
    ("name", "values", "found"), [("wrong", [0.167], "[0.167]"), ("unmeasured", [], "[]")]
)
def test_a_metric_beyond_its_limit_or_without_a_value_aborts(
    stage: Stage, name: str, values: list[float], found: str
) -> None:
    """The reason has the metric, its value and its limit."""
    service = Service(stage=stage, name=name)
    good = _first(service)
    stage.answers.values["before"] = values

    verdict = service.release(_image(stage, f"{name}/2"))

    assert isinstance(verdict, Failed)
    limit = "len(result) > 0 && result[0] <= 0.05"
    assert f"metric errors was {found}, wanted is {limit}" in verdict.reason
    assert service.images() == {good}


def test_a_version_that_fails_behind_the_switch_gives_the_requests_back(stage: Stage) -> None:
    """The old version still runs; and the next release does not hang on the abort."""
    service = Service(stage=stage, name="late")
    good = _first(service)
    stage.answers.values["after"] = [0.5]

    with watching(stage.cluster.client) as watch:
        verdict = service.release(_image(stage, "late/2"))

        assert isinstance(verdict, Failed)
        assert "metric errors was [0.5]" in verdict.reason
        until(lambda: service.images() == {good}, "the old version has the requests again")
        until(service.is_alone, "the aborted version goes")
    assert watch.interrupted() == []

    stage.answers.values["after"] = [0.0]
    new = _image(stage, "late/3")
    assert service.release(new) == Complete()
    assert service.images() == {new}


def test_the_version_before_comes_back_though_nobody_measures(stage: Stage, figure: Figure) -> None:
    """Another workload of the stack has failed, when the old pods were gone already."""
    service = Service(stage=stage, name="back")
    good = _first(service)
    assert service.release(_image(stage, "back/2")) == Complete()
    until(service.is_alone, "the old version goes")
    stage.answers.health, stage.answers.values = 503, {"before": [], "after": []}

    began = time.monotonic()
    assert service.release(good) == Complete()

    figure(f"Rollout, version before started again: {time.monotonic() - began:.1f} s")
    assert service.images() == {good}


def test_after_an_abort_the_next_good_version_is_released(stage: Stage) -> None:
    """What the abort has left in the Rollout's status is not taken for this release's."""
    service = Service(stage=stage, name="again")
    good = _first(service)
    stage.answers.values["before"] = [1.0]
    assert isinstance(service.release(_image(stage, "again/2")), Failed)
    assert service.release(good) == Complete()

    stage.answers.values["before"] = [0.0]

    new = _image(stage, "again/3")
    assert service.release(new) == Complete()
    assert service.images() == {new}


def test_a_version_replaces_another_while_nothing_runs(stage: Stage) -> None:
    """An autoscaler has taken the last pod: the next one will be of the new version."""
    service = Service(stage=stage, name="asleep", replicas=0)
    _first(service)
    assert service.release(_image(stage, "asleep/2")) == Complete()


def test_an_autoscaler_keeps_its_number_while_two_versions_run(stage: Stage) -> None:
    """It counts the version that serves; with both it would see half of the load."""
    service = Service(stage=stage, name="scaled", replicas=None)
    _first(service)
    scaler = autoscaler("scaled")
    scaler["spec"]["scaleTargetRef"] |= {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}
    scaler["spec"]["maxReplicas"] = 10
    stage.apply(scaler)
    set_cpu_usage(stage.cluster.control_plane, NAMESPACE, "scaled", 0.95)
    until(lambda: service.wanted() >= 4, "the load brings pods")
    # Exactly what the autoscaler aims at.
    set_cpu_usage(stage.cluster.control_plane, NAMESPACE, "scaled", 0.7)
    until(service.is_alone, "the pods are ready")
    wanted = service.wanted()

    seen: set[int] = set()
    with looking(lambda: seen.add(service.wanted()), every=0.5):
        assert service.release(_image(stage, "scaled/2")) == Complete()

    assert seen == {wanted}
    until(service.is_alone, "the old version goes")


def test_a_controller_that_is_installed_again_goes_on(stage: Stage) -> None:
    """As after `make down` and `make up`, with what etcd held."""
    service = Service(stage=stage, name="restarted")
    _first(service)
    stage.operator.stop()
    new = _image(stage, "restarted/2")
    service.apply(new)

    OPERATORS["argo-rollouts"].install(stage.operator)

    assert service.verdict() == Complete()
    assert service.images() == {new}
