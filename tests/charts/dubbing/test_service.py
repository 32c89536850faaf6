"""What a model service consists of: what it may do, how it starts, and how it is released."""

from dataclasses import replace
from typing import Any

import pytest

from settings.dubbing.services import ModelService
from tests.charts.dubbing.examples import context_of, drawn, service_objects
from tests.charts.examples import Objects, kinds, pick, pod_of
from tests.settings.dubbing.examples import PROD, service_of

every_service = pytest.mark.parametrize("service", PROD.services, ids=lambda one: one.name)
_STT, _MT = service_of(PROD, "whisper-pyannote-stt"), service_of(PROD, "marian-mt")


def _objects(service: ModelService) -> Objects:
    return drawn(PROD)[service.name]


def _pod(objects: Objects) -> dict[str, Any]:
    return pod_of(pick(objects, "Rollout"))


def _container(objects: Objects) -> dict[str, Any]:
    (container,) = _pod(objects)["spec"]["containers"]
    return dict(container)


@every_service
def test_a_service_answers_at_one_address_and_its_next_version_at_another(
    service: ModelService,
) -> None:
    """Argo Rollouts points both at the pods of one version; workers know the first only."""
    objects = _objects(service)
    strategy = pick(objects, "Rollout")["spec"]["strategy"]["blueGreen"]
    assert strategy["activeService"] == service.name
    for name in (strategy["activeService"], strategy["previewService"]):
        (port,) = pick(objects, "Service", name)["spec"]["ports"]
        assert port["port"] == 8000
        assert pick(objects, "Service", name)["spec"]["type"] == "ClusterIP"


@every_service
def test_models_are_there_before_the_service_starts(service: ModelService) -> None:
    """Those of the reviewed version, from the service's own prefix, which it cannot change."""
    spec = _pod(_objects(service))["spec"]
    (loader,) = spec["initContainers"]
    assert loader["name"] == "model-downloader"
    assert loader["args"] == [
        "pull",
        *("--bucket", context_of(PROD).bucket),
        *("--prefix", f"models/{service.name}/"),
        *("--version", service.models.version),
        *("--destination", "/models"),
    ]
    mounts = {mount["name"]: mount for mount in _container(_objects(service))["volumeMounts"]}
    assert mounts["models"]["readOnly"] is True


@every_service
def test_a_pod_has_room_for_its_models(service: ModelService) -> None:
    """And for what it makes on the way, each on its machine's disk."""
    volumes = {one["name"]: one for one in _pod(_objects(service))["spec"]["volumes"]}
    assert volumes["models"]["emptyDir"] == {"sizeLimit": f"{service.models.disk_gib}Gi"}
    assert volumes["scratch"]["emptyDir"] == {"sizeLimit": f"{service.scratch_gib * 1024}Mi"}


@every_service
def test_a_model_has_ten_minutes_and_more_to_load(service: ModelService) -> None:
    """Until the program answers nothing else is asked of it; ready is who has loaded its model."""
    container = _container(_objects(service))
    startup = container["startupProbe"]
    assert startup["httpGet"]["path"] == container["livenessProbe"]["httpGet"]["path"] == "/health"
    assert startup["periodSeconds"] * startup["failureThreshold"] >= 600
    assert container["readinessProbe"]["httpGet"]["path"] == "/ready"


@every_service
def test_another_configuration_is_another_version(service: ModelService) -> None:
    """Pods read their variables at their start, so a change of one must start others."""
    changed = replace(service, configuration={**service.configuration, "BATCH_SIZE": "4"})
    before, after = _objects(service), service_objects(PROD, changed)
    assert pick(before, "ConfigMap") != pick(after, "ConfigMap")
    assert _pod(before)["metadata"]["annotations"] != _pod(after)["metadata"]["annotations"]
    (source,) = _container(after)["envFrom"]
    assert source["configMapRef"]["name"] == pick(after, "ConfigMap")["metadata"]["name"]


def test_one_image_changes_alone() -> None:
    """A release of one service starts no pod of another."""
    image = replace(_STT.image, tag="2.0", digest=f"sha256:{7:064x}")
    changed = service_objects(PROD, replace(_STT, image=image))
    assert image.digest in _container(changed)["image"]
    assert _pod(changed) != _pod(_objects(_STT))
    assert drawn(PROD)[_MT.name] == service_objects(PROD, _MT)


def test_only_who_needs_the_token_gets_it() -> None:
    """As a file that is named by the variable of Hugging Face's library."""
    for service in PROD.services:
        variables = {one["name"]: one["value"] for one in _container(_objects(service))["env"]}
        assert ("HF_TOKEN_PATH" in variables) == service.needs_hugging_face
        assert ("SecretProviderClass" in kinds(_objects(service))) == service.needs_hugging_face
    variables = {one["name"]: one["value"] for one in _container(_objects(_STT))["env"]}
    assert variables["HF_TOKEN_PATH"] == "/run/secrets/dubbing/hugging-face-token"


@every_service
def test_who_may_ask_and_whom_a_service_asks(service: ModelService) -> None:
    """Workers, Prometheus and releases in; S3 and the role's credentials out, nothing else."""
    spec = pick(_objects(service), "NetworkPolicy")["spec"]
    namespaces = [
        selector["values"]
        for rule in spec["ingress"]
        for peer in rule["from"]
        for selector in peer["namespaceSelector"]["matchExpressions"]
    ]
    assert namespaces == [["workers", "argo-rollouts"], ["monitoring"]]
    assert [port["port"] for rule in spec["ingress"] for port in rule["ports"]] == [8000, 8000]
    assert [port["port"] for way in spec["egress"] for port in way["ports"]] == [443, 80]


@every_service
def test_a_new_version_is_asked_before_it_serves_and_measured_while_it_does(
    service: ModelService,
) -> None:
    """Errors and times by Prometheus, with the limits of the settings."""
    objects = _objects(service)
    before = pick(objects, "AnalysisTemplate", f"{service.name}-before")["spec"]["metrics"]
    after = pick(objects, "AnalysisTemplate", f"{service.name}-after")["spec"]["metrics"]
    assert [one["name"] for one in before] == ["health", "ready", "error-rate", "p95-seconds"]
    assert [one["name"] for one in after] == ["error-rate", "p95-seconds"]
    conditions = [one["successCondition"] for one in after]
    assert conditions == [
        "len(result) > 0 && result[0] <= 0.05",
        "len(result) > 0 && result[0] <= 2",
    ]
