"""How the Audio2Face server comes by its models and engines."""

from dataclasses import replace
from typing import Any

import pytest

from settings.gpu import Audio2Face, EngineBuild
from tests.charts.examples import REGISTRY, audio2face_objects, pick, pod_of
from tests.settings.examples import PROD

_SERVER = PROD.audio2face
_MODEL_STORE = f"{REGISTRY}/avadot/model-store@{_SERVER.model_store_image.digest}"


def _pod(server: Audio2Face = _SERVER) -> dict[str, Any]:
    pod: dict[str, Any] = pod_of(pick(audio2face_objects(PROD, server), "StatefulSet"))["spec"]
    return pod


def _container(server: Audio2Face = _SERVER) -> dict[str, Any]:
    (container,) = _pod(server)["containers"]
    assert isinstance(container, dict)
    return container


def _step(name: str, server: Audio2Face = _SERVER) -> dict[str, Any]:
    (step,) = (step for step in _pod(server)["initContainers"] if step["name"] == name)
    assert isinstance(step, dict)
    return step


def _environment(container: dict[str, Any]) -> dict[str, str]:
    return {variable["name"]: variable["value"] for variable in container["env"]}


def test_models_and_engines_are_there_before_the_server_starts() -> None:
    """Three steps, one after the other: pull the models, have an engine for each, share it."""
    assert [step["name"] for step in _pod()["initContainers"]] == ["models", "engine", "share"]


def test_the_content_that_the_settings_name_is_pulled() -> None:
    """The first step asks for an exact version, and leaves the program behind for the next."""
    models = _step("models")
    assert models["image"] == _MODEL_STORE
    assert " ".join(models["args"]) == (
        "pull --bucket example-models --prefix a2f-models/ "
        f"--version {PROD.model_store.models_version} "
        "--destination /data/models --program /tmp/model-store"
    )


def test_engines_are_built_where_tensorrt_and_the_gpu_are() -> None:
    """The second step runs what the first left behind, in the server's image, on its GPU."""
    engine = _step("engine")
    assert engine["image"] == _container()["image"]
    assert engine["command"] == ["python3", "/tmp/model-store"]
    assert " ".join(engine["args"]) == (
        "engine --models /data/models --store s3://example-models/a2f-engines/ --limit 1200"
    )
    assert engine["resources"] == _container()["resources"]


def test_what_was_built_is_shared() -> None:
    """The third step uploads engines with the library that the server's image need not have."""
    share = _step("share")
    assert share["image"] == _MODEL_STORE
    assert " ".join(share["args"]) == (
        "share --models /data/models --store s3://example-models/a2f-engines/"
    )


def test_only_the_steps_before_the_server_write_models() -> None:
    """The server mounts the volume read-only, where each step before it may write."""
    (mount,) = (m for m in _container()["volumeMounts"] if m["name"] == "model-data")
    assert mount == {"name": "model-data", "mountPath": "/data/models", "readOnly": True}
    for step in _pod()["initContainers"]:
        assert {"name": "model-data", "mountPath": "/data/models"} in step["volumeMounts"]


@pytest.mark.parametrize("name", ["models", "engine", "share"])
def test_a_step_takes_no_room_from_the_server(name: str) -> None:
    """The scheduler counts the largest of all, which must be the server."""
    requests = (_step(name)["resources"]["requests"], _container()["resources"]["requests"])
    milli, mib = ([int(r[unit].rstrip("mMi")) for r in requests] for unit in ("cpu", "memory"))
    assert milli[0] <= milli[1]
    assert mib[0] <= mib[1]


@pytest.mark.parametrize("name", ["models", "share"])
def test_moving_files_needs_little_memory(name: str) -> None:
    """The steps without GPU stay within 512 MiB, the page cache included."""
    assert _step(name)["resources"]["limits"]["memory"] == "512Mi"


def test_the_server_is_told_where_its_files_are() -> None:
    """The variables of the operating guide have its defaults."""
    assert _environment(_container()) == {
        "A2F_MODEL_DATA_PATH": "/data/models",
        "A2F_MODEL_PATH": "/data/models/multi-diffusion/model.json",
        "A2F_SDK_PATH": "/usr/local",
        "A2F_LIB_PATH": "/usr/local/lib",
        "SKIP_TRT_BUILD": "1",
    }


def test_another_model_is_a_setting() -> None:
    """The Korean model is chosen by its directory's name."""
    server = replace(_SERVER, default_model="a23")
    assert _environment(_container(server))["A2F_MODEL_PATH"] == "/data/models/a23/model.json"


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
    environment = _environment(_step("engine", replace(_SERVER, engine_build=build)))
    assert {k: v for k, v in environment.items() if "TRT" in k} == variables
