"""How a conversation service runs."""

import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from settings.avadot.services import CpuService
from settings.workloads import Resources
from tests.charts.avadot.examples import drawn, service_objects
from tests.charts.examples import REGISTRY, kinds, pick, pod_of
from tests.settings.avadot.examples import PROD, SERVICES

_NAMES = list(SERVICES)
_BACKEND, _TAROT, _WORKER = SERVICES["backend"], SERVICES["tarot"], SERVICES["fact-worker"]

each_service = pytest.mark.parametrize("name", _NAMES)


def _deployment(service: CpuService) -> dict[str, Any]:
    return pick(service_objects(PROD, service), "Deployment")


def _container(service: CpuService) -> dict[str, Any]:
    (container,) = pod_of(_deployment(service))["spec"]["containers"]
    assert isinstance(container, dict)
    return container


def _drawn_deployment(name: str) -> dict[str, Any]:
    return pick(drawn(PROD)[name], "Deployment")


@each_service
def test_the_autoscaler_owns_the_number_of_pods(name: str) -> None:
    """It alone says how many, by CPU load; a number in the Deployment would reset the scale."""
    assert "replicas" not in _drawn_deployment(name)["spec"]
    spec = pick(drawn(PROD)[name], "HorizontalPodAutoscaler")["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    scaling = SERVICES[name].scaling
    assert (spec["minReplicas"], spec["maxReplicas"]) == (scaling.minimum, scaling.maximum)
    (metric,) = spec["metrics"]
    assert metric["resource"] == {
        "name": "cpu",
        "target": {"type": "Utilization", "averageUtilization": scaling.cpu_percent},
    }


def test_a_pod_has_the_size_of_its_service() -> None:
    """Requests and limits are those of the settings, in Kubernetes' units."""
    resources = Resources(cpu_milli=100, memory_mib=300, cpu_limit_milli=700, memory_limit_mib=512)
    assert _container(replace(_BACKEND, resources=resources))["resources"] == {
        "requests": {"cpu": "100m", "memory": "300Mi"},
        "limits": {"cpu": "700m", "memory": "512Mi"},
    }


def test_a_pod_runs_the_pinned_image() -> None:
    """The image is the registry's, by the digest of the settings."""
    assert _container(_TAROT)["image"] == f"{REGISTRY}/{_TAROT.image.reference}"


def test_a_component_keeps_its_name_in_the_code() -> None:
    """An underscore, illegal in an object's name, stays in the component's label."""
    labels = _deployment(SERVICES["custom-chat"])["metadata"]["labels"]
    assert labels["app.kubernetes.io/component"] == "custom_chat"
    assert labels["app.kubernetes.io/name"] == "custom-chat"


@each_service
def test_pods_are_spread_over_zones_and_nodes(name: str) -> None:
    """A zone or a node that is lost takes no more than its share of each version's pods."""
    constraints = pod_of(_drawn_deployment(name))["spec"]["topologySpreadConstraints"]
    assert [c["topologyKey"] for c in constraints] == [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    ]
    for constraint in constraints:
        assert constraint["maxSkew"] == 1
        assert constraint["whenUnsatisfiable"] == "DoNotSchedule"
        assert constraint["nodeTaintsPolicy"] == "Honor"
        assert constraint["matchLabelKeys"] == ["pod-template-hash"]
        assert constraint["labelSelector"]["matchLabels"] == {"app.kubernetes.io/name": name}


@each_service
def test_an_update_never_takes_a_pod_away_first(name: str) -> None:
    """An update adds a new pod before it stops an old one."""
    strategy = _drawn_deployment(name)["spec"]["strategy"]
    assert strategy["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


@each_service
def test_a_drain_takes_one_pod_at_a_time(name: str) -> None:
    """The disruption budget lets one pod go, however many there are."""
    spec = pick(drawn(PROD)[name], "PodDisruptionBudget")["spec"]
    assert spec["maxUnavailable"] == 1
    assert "minAvailable" not in spec


def test_a_rollout_fails_when_its_time_is_up() -> None:
    """The Deployment counts as stuck after the limit of its settings."""
    service = replace(_BACKEND, rollout=replace(_BACKEND.rollout, limit=700))
    assert _deployment(service)["spec"]["progressDeadlineSeconds"] == 700


def test_a_pod_that_goes_serves_on_for_a_while() -> None:
    """The pod serves on as long as its settings say, and is killed only after its grace period."""
    service = replace(
        _BACKEND, shutdown=replace(_BACKEND.shutdown, pre_stop_sleep=20, termination_grace=80)
    )
    pod = pod_of(_deployment(service))["spec"]
    assert pod["containers"][0]["lifecycle"] == {"preStop": {"sleep": {"seconds": 20}}}
    assert pod["terminationGracePeriodSeconds"] == 80


def test_a_web_service_is_asked_for_its_health() -> None:
    """Starting and readiness are a matter of /health on the service's port."""
    container = _container(_TAROT)
    for probe in ("startupProbe", "readinessProbe"):
        assert container[probe]["httpGet"] == {"path": "/health", "port": _TAROT.port}


def test_a_database_outage_restarts_nothing() -> None:
    """Liveness asks for no more than a connection to the service's port."""
    probe = _container(_TAROT)["livenessProbe"]
    assert probe["tcpSocket"] == {"port": _TAROT.port}
    assert "httpGet" not in probe


@pytest.mark.parametrize(("ready_within", "tries"), [(30, 6), (31, 7)])
def test_a_service_may_take_its_time_to_start(ready_within: int, tries: int) -> None:
    """The startup probe gives up only after the whole time has passed."""
    rollout = replace(_TAROT.rollout, ready_within=ready_within)
    probe = _container(replace(_TAROT, rollout=rollout))["startupProbe"]
    assert (probe["periodSeconds"], probe["failureThreshold"]) == (5, tries)


def test_a_worker_has_no_address() -> None:
    """Nobody connects to a worker: no port, no Service, no Ingress."""
    assert not {"Service", "Ingress"} & set(kinds(drawn(PROD)["fact-worker"]))
    assert "ports" not in _container(_WORKER)


def _run(probe: str, file: Path, *, seconds_ago: int | None) -> int:
    """Run a worker's probe as the kubelet does, on a file last touched so long ago; None: never."""
    if seconds_ago is not None:
        file.touch()
        then = time.time() - seconds_ago
        os.utime(file, (then, then))
    command = _container(_WORKER)[probe]["exec"]["command"]
    here = [word.replace("/tmp/alive", str(file)) for word in command]
    return subprocess.run(here, check=False, capture_output=True).returncode


@pytest.mark.parametrize(
    ("probe", "seconds_ago"), [("startupProbe", 0), ("readinessProbe", 300), ("livenessProbe", 30)]
)
def test_a_worker_that_touches_its_file_is_well(
    probe: str, seconds_ago: int, tmp_path: Path
) -> None:
    """A worker has started and is ready once its file exists; it lives while that is fresh."""
    assert _run(probe, tmp_path / "alive", seconds_ago=seconds_ago) == 0


@pytest.mark.parametrize(
    ("probe", "seconds_ago"),
    [
        ("startupProbe", None),
        ("readinessProbe", None),
        ("livenessProbe", None),
        ("livenessProbe", 90),
    ],
)
def test_a_worker_that_does_not_is_found_out(
    probe: str, seconds_ago: int | None, tmp_path: Path
) -> None:
    """A worker whose file is missing has not started; one that lets it age is stuck."""
    assert _run(probe, tmp_path / "alive", seconds_ago=seconds_ago) != 0


def test_ways_are_opened_before_pods_start() -> None:
    """A pod finds its traffic allowed, and the load balancer already waiting for it."""
    order = kinds(drawn(PROD)["backend"])
    for way in ("NetworkPolicy", "Service", "Ingress"):
        assert order.index(way) < order.index("Deployment")
