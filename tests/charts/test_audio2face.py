"""How the Audio2Face server runs."""

from dataclasses import replace
from typing import Any

import pytest

from settings.gpu import Audio2Face
from tests.charts.examples import audio2face_objects, drawn, kinds, pick, pod_of
from tests.settings.examples import DEV, PROD

_SERVER = PROD.audio2face
_NAME = _SERVER.name


def _stateful_set(server: Audio2Face = _SERVER) -> dict[str, Any]:
    return pick(audio2face_objects(PROD, server), "StatefulSet")


def _pod(server: Audio2Face = _SERVER) -> dict[str, Any]:
    pod: dict[str, Any] = pod_of(_stateful_set(server))["spec"]
    return pod


def _container(server: Audio2Face = _SERVER) -> dict[str, Any]:
    (container,) = _pod(server)["containers"]
    assert isinstance(container, dict)
    return container


def test_both_pods_start_together() -> None:
    """No pod waits for another's engine build."""
    spec = _stateful_set()["spec"]
    assert spec["replicas"] == 2
    assert spec["podManagementPolicy"] == "Parallel"


def test_no_two_pods_share_a_machine() -> None:
    """A machine that is lost takes one pod only."""
    (term,) = _pod()["affinity"]["podAntiAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ]
    assert term["topologyKey"] == "kubernetes.io/hostname"
    assert term["labelSelector"] == _stateful_set()["spec"]["selector"]


def test_pods_go_to_the_machines_with_gpus() -> None:
    """Pods want a node group with GPUs, and accept the taint that keeps others away."""
    affinity = _pod()["affinity"]["nodeAffinity"]
    assert affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"] == [
        {
            "matchExpressions": [
                {"key": "node-group", "operator": "In", "values": ["avadot-node-gpu"]}
            ]
        }
    ]
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
        "resources": {"requests": {"storage": "50Gi"}},
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
    assert probe["grpc"] == {"port": 50051, "service": "readiness"}


def test_life_and_readiness_are_different_questions() -> None:
    """A process that lives without its model is not restarted, but gets no calls."""
    container = _container()
    assert container["livenessProbe"]["grpc"] == {"port": 50051, "service": "liveness"}
    assert container["readinessProbe"]["grpc"] == {"port": 50051, "service": "readiness"}


def test_a_stream_may_finish() -> None:
    """A pod that goes has time for the longest clip of 300 seconds."""
    assert _pod()["terminationGracePeriodSeconds"] == 330
    assert _container()["lifecycle"]["preStop"]["sleep"]["seconds"] == 15


def test_people_find_the_pods_by_the_label_of_the_guide() -> None:
    """`kubectl get pods -l app=a2f-grpc-server` lists the pods."""
    assert pod_of(_stateful_set())["metadata"]["labels"]["app"] == "a2f-grpc-server"


def test_one_pod_always_serves() -> None:
    """Of two pods one may be evicted at a time."""
    spec = pick(drawn(PROD)[_NAME], "PodDisruptionBudget", "a2f-grpc-server-pdb")["spec"]
    assert spec["minAvailable"] == 1
    assert spec["selector"] == _stateful_set()["spec"]["selector"]


def test_a_single_pod_does_not_block_its_node() -> None:
    """With one pod there is no budget, which would keep its node from ever being drained."""
    assert DEV.audio2face.replicas == 1
    assert "PodDisruptionBudget" not in kinds(drawn(DEV)[_NAME])


def test_the_server_has_one_address() -> None:
    """Behind the plain name stand all ready pods, on the port of the settings."""
    spec = pick(drawn(PROD)[_NAME], "Service", _NAME)["spec"]
    assert spec["type"] == "ClusterIP"
    assert spec["ports"] == [{"name": "grpc", "port": 50051, "targetPort": "grpc"}]


def test_callers_see_every_ready_pod() -> None:
    """The backend's target is the headless name, which the pods' own names belong to as well."""
    headless = pick(drawn(PROD)[_NAME], "Service", "a2f-grpc-server-headless")["spec"]
    assert headless["clusterIP"] == "None"
    assert headless["publishNotReadyAddresses"] is False
    assert _stateful_set()["spec"]["serviceName"] == "a2f-grpc-server-headless"
    backend = pod_of(pick(drawn(PROD)["backend"], "Deployment"))["spec"]["containers"][0]
    assert {"name": "A2F_GRPC_TARGET", "value": "dns:///a2f-grpc-server-headless:50051"} in (
        backend["env"]
    )


def test_the_role_is_found_by_the_server_s_name() -> None:
    """Pods run as the service account that the stack gives the role to."""
    assert _pod()["serviceAccountName"] == _NAME
    assert pick(drawn(PROD)[_NAME], "ServiceAccount")["metadata"]["name"] == _NAME
