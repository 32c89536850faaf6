"""How the Audio2Face server comes by its models and engines."""

from dataclasses import replace
from typing import Any

import pytest

from settings.gpu import Audio2Face, EngineBuild
from tests.charts.examples import REGISTRY, audio2face_objects, pick, pod_of
from tests.settings.examples import PROD

_SERVER = PROD.audio2face


def _pod(server: Audio2Face = _SERVER) -> dict[str, Any]:
    pod: dict[str, Any] = pod_of(pick(audio2face_objects(PROD, server), "StatefulSet"))["spec"]
    return pod


def _container(server: Audio2Face = _SERVER) -> dict[str, Any]:
    (container,) = _pod(server)["containers"]
    assert isinstance(container, dict)
    return container


def _environment(server: Audio2Face = _SERVER) -> dict[str, str]:
    return {variable["name"]: variable["value"] for variable in _container(server)["env"]}


def test_models_are_there_before_the_server_starts() -> None:
    """An init container pulls the models of the bucket to where the server reads them."""
    (loader,) = _pod()["initContainers"]
    assert loader["name"] == "models"
    assert loader["image"] == f"{REGISTRY}/avadot/model-store@{_SERVER.model_store_image.digest}"
    assert " ".join(loader["args"]) == (
        "pull --bucket example-models --prefix a2f-models/ --destination /data/models"
    )
    assert loader["volumeMounts"] == _container()["volumeMounts"]
    assert loader["resources"]["limits"]["memory"] == "512Mi"


def test_loading_takes_no_room_from_the_server() -> None:
    """The scheduler counts the larger of the two, which must be the server."""
    (loader,) = _pod()["initContainers"]
    requests = (loader["resources"]["requests"], _container()["resources"]["requests"])
    milli, mib = ([int(r[unit].rstrip("mMi")) for r in requests] for unit in ("cpu", "memory"))
    assert milli[0] <= milli[1]
    assert mib[0] <= mib[1]


def test_the_server_is_told_where_its_files_are() -> None:
    """The variables of the operating guide have its defaults."""
    assert _environment() == {
        "A2F_MODEL_DATA_PATH": "/data/models",
        "A2F_MODEL_PATH": "/data/models/multi-diffusion/model.json",
        "A2F_SDK_PATH": "/usr/local",
        "A2F_LIB_PATH": "/usr/local/lib",
        "A2F_ENGINE_STORE": "s3://example-models/a2f-engines/",
        "AWS_REGION": "ap-northeast-2",
    }


def test_another_model_is_a_setting() -> None:
    """The Korean model is chosen by its directory's name."""
    server = replace(_SERVER, default_model="a23")
    assert _environment(server)["A2F_MODEL_PATH"] == "/data/models/a23/model.json"


@pytest.mark.parametrize(
    ("build", "variables"),
    [
        (EngineBuild.WHEN_NEEDED, {}),
        (EngineBuild.NEVER, {"SKIP_TRT_BUILD": "1"}),
        (EngineBuild.ALWAYS, {"FORCE_TRT_REBUILD": "1"}),
    ],
)
def test_an_engine_build_is_skipped_or_forced(
    build: EngineBuild, variables: dict[str, str]
) -> None:
    """Each choice sets its own variable and leaves the other unset."""
    environment = _environment(replace(_SERVER, engine_build=build))
    assert {k: v for k, v in environment.items() if "TRT" in k} == variables
