"""How the Audio2Face server runs, and how it comes by its models and engines."""

from dataclasses import replace
from typing import Any

import pytest

from settings.avadot.audio2face import Audio2Face, EngineBuild
from tests.charts.avadot.examples import audio2face_objects, drawn
from tests.charts.examples import REGISTRY, kinds, pick, pod_of
from tests.settings.avadot.examples import DEV, PROD

_SERVER = PROD.audio2face
_NAME = _SERVER.name
_ENGINES = f"s3://example-models/{PROD.model_store.engines_prefix}"
_MODEL_STORE = f"{REGISTRY}/{_SERVER.model_store_image.reference}"


def _stateful_set(server: Audio2Face = _SERVER) -> dict[str, Any]:
    return pick(audio2face_objects(PROD, server), "StatefulSet")


def _pod(server: Audio2Face = _SERVER) -> dict[str, Any]:
    pod: dict[str, Any] = pod_of(_stateful_set(server))["spec"]
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


def test_both_pods_start_together() -> None:
    """No pod waits for another's engine build."""
    spec = _stateful_set()["spec"]
    assert spec["replicas"] == _SERVER.replicas
    assert spec["podManagementPolicy"] == "Parallel"


def test_no_two_pods_share_a_machine() -> None:
    """A machine that is lost takes one pod only."""
    (term,) = _pod()["affinity"]["podAntiAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ]
    assert term["topologyKey"] == "kubernetes.io/hostname"
    assert term["labelSelector"] == _stateful_set()["spec"]["selector"]


def test_pods_go_to_the_machines_with_gpus() -> None:
    """They choose by what the machines have, not by a name, so that a group can be renamed."""
    assert _pod()["nodeSelector"] == {"nvidia.com/gpu.present": "true"}
    assert "nodeAffinity" not in _pod()["affinity"]
    assert _pod()["tolerations"] == [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
    ]


@pytest.mark.parametrize("bound", ["requests", "limits"])
def test_a_pod_asks_for_its_gpus(bound: str) -> None:
    """Request and limit of GPUs are the settings' number; Kubernetes refuses unequal ones."""
    assert _container(replace(_SERVER, gpus=4))["resources"][bound]["nvidia.com/gpu"] == "4"


def test_each_pod_has_a_volume_of_its_own() -> None:
    """The claim makes `model-data-a2f-grpc-server-0` and so on, of the settings' size."""
    (claim,) = _stateful_set()["spec"]["volumeClaimTemplates"]
    assert claim["metadata"]["name"] == "model-data"
    assert claim["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "gp3",
        "resources": {"requests": {"storage": f"{_SERVER.volume.size_gib}Gi"}},
    }


def test_volumes_go_with_the_server() -> None:
    """A volume holds copies only, so it is deleted with the server, but kept over a scale-down."""
    assert _stateful_set()["spec"]["persistentVolumeClaimRetentionPolicy"] == {
        "whenDeleted": "Delete",
        "whenScaled": "Retain",
    }


def test_a_start_has_the_time_of_the_settings() -> None:
    """The startup probe tries for as long as a server may take to load its engine."""
    rollout = replace(_SERVER.rollout, ready_within=480)
    probe = _container(replace(_SERVER, rollout=rollout))["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] == 480
    assert probe["grpc"] == {"port": _SERVER.port, "service": "readiness"}


def test_life_and_readiness_are_different_questions() -> None:
    """A process that lives without its model is not restarted, but gets no calls."""
    for probe in ("liveness", "readiness"):
        assert _container()[f"{probe}Probe"]["grpc"] == {"port": _SERVER.port, "service": probe}


def test_a_stream_may_finish() -> None:
    """A pod that goes has the time of the settings for the longest clip."""
    assert _pod()["terminationGracePeriodSeconds"] == _SERVER.termination_grace
    assert _container()["lifecycle"]["preStop"]["sleep"]["seconds"] == (
        _SERVER.shutdown.pre_stop_sleep
    )


def test_the_label_of_the_guide_finds_the_pods() -> None:
    """`kubectl get pods -l app=a2f-grpc-server` lists them."""
    assert pod_of(_stateful_set())["metadata"]["labels"]["app"] == "a2f-grpc-server"


def test_one_pod_always_serves() -> None:
    """Of two pods one may be evicted at a time; of one pod a budget would block every drain."""
    spec = pick(drawn(PROD)[_NAME], "PodDisruptionBudget", "a2f-grpc-server-pdb")["spec"]
    assert spec["minAvailable"] == 1
    assert spec["selector"] == _stateful_set()["spec"]["selector"]
    assert DEV.audio2face.replicas == 1
    assert "PodDisruptionBudget" not in kinds(drawn(DEV)[_NAME])


def test_the_server_has_one_address() -> None:
    """Behind the plain name stand all ready pods, on the port of the settings."""
    spec = pick(drawn(PROD)[_NAME], "Service", _NAME)["spec"]
    assert spec["type"] == "ClusterIP"
    assert spec["ports"] == [{"name": "grpc", "port": _SERVER.port, "targetPort": "grpc"}]


def test_callers_see_every_ready_pod() -> None:
    """The backend's target is the headless name, which the pods' own names belong to as well."""
    headless = pick(drawn(PROD)[_NAME], "Service", "a2f-grpc-server-headless")["spec"]
    assert headless["clusterIP"] == "None"
    assert headless["publishNotReadyAddresses"] is False
    assert _stateful_set()["spec"]["serviceName"] == "a2f-grpc-server-headless"
    backend = pod_of(pick(drawn(PROD)["backend"], "Deployment"))["spec"]["containers"][0]
    target = f"dns:///a2f-grpc-server-headless:{_SERVER.port}"
    assert {"name": "A2F_GRPC_TARGET", "value": target} in backend["env"]


def test_the_role_is_found_by_the_server_s_name() -> None:
    """Pods run as the service account that the stack gives the role to."""
    assert _pod()["serviceAccountName"] == _NAME
    assert pick(drawn(PROD)[_NAME], "ServiceAccount")["metadata"]["name"] == _NAME


def test_models_and_engines_are_there_before_the_server_starts() -> None:
    """Three steps, one after the other: pull the models, have an engine for each, share it."""
    assert [step["name"] for step in _pod()["initContainers"]] == ["models", "engine", "share"]


def test_the_content_that_the_settings_name_is_pulled() -> None:
    """The first step asks for an exact version, and leaves the program behind for the next."""
    models = _step("models")
    assert models["image"] == _MODEL_STORE
    assert " ".join(models["args"]) == (
        f"pull --bucket example-models --prefix {PROD.model_store.models_prefix} "
        f"--version {PROD.model_store.models_version} "
        "--destination /data/models --program /tmp/model-store"
    )


def test_engines_are_built_where_tensorrt_and_the_gpu_are() -> None:
    """The second step runs what the first left behind, in the server's image, on its GPU."""
    engine = _step("engine")
    assert engine["image"] == _container()["image"]
    assert engine["command"] == ["python3", "/tmp/model-store"]
    assert " ".join(engine["args"]) == (
        f"engine --models /data/models --store {_ENGINES} --limit {_SERVER.engine_limit}"
    )
    assert engine["resources"] == _container()["resources"]


def test_what_was_built_is_shared() -> None:
    """The third step uploads engines with the library that the server's image need not have."""
    share = _step("share")
    assert share["image"] == _MODEL_STORE
    assert " ".join(share["args"]) == f"share --models /data/models --store {_ENGINES}"


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
        "A2F_MODEL_PATH": f"/data/models/{_SERVER.default_model}/model.json",
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
