"""The played cluster: real controllers and scheduler, played nodes, pods, volumes and metrics."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lightkube.resources.core_v1 import Node, PersistentVolume, Pod

from rehearsal.cluster import ClusterError, ControlPlane
from rehearsal.cluster.failures import lose_zone, restore_zone
from rehearsal.cluster.ports import free_ports
from rehearsal.cluster.usage import set_cpu_usage
from rehearsal.toolchain import Toolchain
from tests.rehearsal.manifests import (
    autoscaler,
    claim,
    ebs_storage_class,
    pod,
    secret_provider_class,
    workload,
)
from tests.rehearsal.played import ZONES, Cluster, is_true, played_cluster
from tests.rehearsal.waiting import until

pytestmark = pytest.mark.rehearsal

_GPU_TOLERATION = {"key": "nvidia.com/gpu", "operator": "Exists"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Share one cluster: each test uses names of its own."""
    with played_cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made


def test_nodes_need_the_network_plugin(cluster: Cluster) -> None:
    """Nodes are ready because the VPC CNI add-on's pod runs on each of them."""
    nodes = [node.to_dict() for node in cluster.client.list(Node)]
    plugins = cluster.client.list(
        Pod, namespace="kube-system", labels={"app.kubernetes.io/name": "aws-node"}
    )

    assert len(nodes) == 4
    assert {p.to_dict()["spec"]["nodeName"] for p in plugins} == {
        node["metadata"]["name"] for node in nodes
    }


def test_a_pod_starts_once_its_init_containers_are_through(cluster: Cluster) -> None:
    """A pod becomes ready after its image was pulled, its init container ran, its program rose."""
    image = cluster.registry.push("case/good")
    cluster.create(pod("good", image, initContainers=[{"name": "first", "image": image}]))

    until(lambda: is_true(cluster.pod("good"), "Ready"))

    status = cluster.pod("good")["status"]
    first = status["initContainerStatuses"][0]["state"]["terminated"]
    main = status["containerStatuses"][0]["state"]["running"]
    assert first["reason"] == "Completed"
    assert first["finishedAt"] <= main["startedAt"]
    assert status["containerStatuses"][0]["imageID"] == image


def test_an_image_that_the_registry_lacks_is_not_pulled(cluster: Cluster) -> None:
    """A missing digest ends in ImagePullBackOff with the registry's answer."""
    cluster.create(pod("absent", cluster.registry.missing("case/absent")))

    def waits() -> dict[str, Any]:
        waiting: dict[str, Any] = cluster.container("absent").get("state", {}).get("waiting", {})
        return waiting

    until(lambda: waits().get("reason") == "ImagePullBackOff")

    assert "not found" in waits()["message"]
    assert cluster.pod("absent")["status"]["phase"] == "Pending"
    assert {"Failed", "BackOff"} <= cluster.events("absent")


@pytest.mark.parametrize(
    ("behaviour", "reason", "code"), [("crash", "Error", 1), ("out-of-memory", "OOMKilled", 137)]
)
def test_a_program_that_fails_is_restarted_ever_later(
    cluster: Cluster, behaviour: str, reason: str, code: int
) -> None:
    """A failing program ends in CrashLoopBackOff and is tried again."""
    image = cluster.registry.push("case/fails", {"rehearsal/behaviour": behaviour})
    cluster.create(pod(behaviour, image))

    def waits() -> bool:
        container = cluster.container(behaviour)
        waiting = container.get("state", {}).get("waiting", {})
        return bool(waiting.get("reason") == "CrashLoopBackOff")

    until(waits)
    container = cluster.container(behaviour)
    until(lambda: cluster.container(behaviour)["restartCount"] > container["restartCount"])

    last = container["lastState"]["terminated"]
    assert (last["reason"], last["exitCode"]) == (reason, code)


def test_a_program_may_run_and_never_be_ready(cluster: Cluster) -> None:
    """A probe that fails for ever leaves the pod running, unready, with an event."""
    image = cluster.registry.push("case/never", {"rehearsal/behaviour": "never-ready"})
    cluster.create(pod("never", image))

    until(lambda: "Unhealthy" in cluster.events("never"))

    assert "running" in cluster.container("never")["state"]
    assert not is_true(cluster.pod("never"), "Ready")


def test_a_pod_waits_for_its_secret_provider_class(cluster: Cluster) -> None:
    """A CSI volume whose SecretProviderClass is missing is not mounted until it appears."""
    attributes = {"secretProviderClass": "keys"}
    csi = {
        "driver": "secrets-store.csi.k8s.io",
        "readOnly": True,
        "volumeAttributes": attributes,
    }
    image = cluster.registry.push("case/secrets")
    cluster.create(pod("secrets", image, volumes=[{"name": "keys", "csi": csi}]))
    until(lambda: "FailedMount" in cluster.events("secrets"))
    assert cluster.container("secrets")["state"]["waiting"]["reason"] == "ContainerCreating"

    cluster.create(secret_provider_class("keys"))

    until(lambda: is_true(cluster.pod("secrets"), "Ready"))


def test_gpus_come_and_go_with_the_device_plugin(cluster: Cluster) -> None:
    """Nodes offer GPUs only while the device plugin's pod is ready there."""
    image = cluster.registry.push("nvidia/k8s-device-plugin")
    assert cluster.allocatable_gpus() == []

    on_gpu_nodes = {"eks.amazonaws.com/nodegroup": "gpu"}
    spec = {"tolerations": [_GPU_TOLERATION], "nodeSelector": on_gpu_nodes}
    cluster.create(workload("DaemonSet", "plugin", image, template_spec=spec))
    until(lambda: cluster.allocatable_gpus() == ["1", "1"])

    cluster.control_plane.kubectl("delete", "daemonset", "plugin")
    until(lambda: cluster.allocatable_gpus() == ["0", "0"])


def test_a_volume_binds_its_pod_to_a_zone(cluster: Cluster) -> None:
    """A claim is filled in the zone of the chosen node, and its volume goes with it."""
    cluster.create(
        ebs_storage_class("gp3"),
        claim("data", "gp3"),
        pod(
            "stored",
            cluster.registry.push("case/stored"),
            volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
        ),
    )
    until(lambda: is_true(cluster.pod("stored"), "Ready"))

    node = cluster.client.get(Node, cluster.pod("stored")["spec"]["nodeName"]).to_dict()
    (volume,) = [volume.to_dict() for volume in cluster.client.list(PersistentVolume)]
    (term,) = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    zone = node["metadata"]["labels"]["topology.kubernetes.io/zone"]
    assert term["matchExpressions"][0]["values"] == [zone]

    cluster.control_plane.kubectl("delete", "pod/stored", "pvc/data")
    until(lambda: not list(cluster.client.list(PersistentVolume)))


def test_an_autoscaler_follows_the_load(cluster: Cluster) -> None:
    """The real autoscaler goes from 2 to 4 pods under load and back to 2 without."""
    image = cluster.registry.push("case/busy")
    cluster.create(workload("Deployment", "busy", image), autoscaler("busy"))
    until(lambda: len(cluster.ready_pods("busy")) == 2)

    set_cpu_usage(cluster.control_plane, "default", "busy", 0.95)
    until(lambda: len(cluster.ready_pods("busy")) == 4)

    set_cpu_usage(cluster.control_plane, "default", "busy", 0.1)
    until(lambda: len(cluster.pods("busy")) == 2)


def test_a_lost_zone_is_left_and_comes_back(cluster: Cluster) -> None:
    """Pods of a zone that falls silent start again elsewhere; its nodes recover."""
    image = cluster.registry.push("case/spread")
    cluster.create(workload("Deployment", "spread", image, replicas=2))
    until(lambda: len(cluster.ready_pods("spread")) == 2)

    lost = lose_zone(cluster.control_plane, ZONES[0])
    until(
        lambda: (
            len([p for p in cluster.ready_pods("spread") if p["spec"]["nodeName"] not in lost]) == 2
        ),
    )
    assert not any(is_true(cluster.client.get(Node, name).to_dict(), "Ready") for name in lost)

    restore_zone(cluster.control_plane, ZONES[0])
    until(
        lambda: all(is_true(cluster.client.get(Node, name).to_dict(), "Ready") for name in lost),
    )


def test_a_version_that_does_not_start_leaves_the_old_one_running(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is told; the API answers at the version that it had."""
    (tmp_path / "bin").symlink_to(tools / "bin")
    toolchain = Toolchain(bin=tmp_path / "bin")
    broken = toolchain.kubernetes("1.35") / "kube-apiserver"
    broken.parent.mkdir(parents=True)
    broken.write_text("#!/bin/sh\necho 'unknown flag'\nexit 1\n")
    broken.chmod(0o755)
    (port,) = free_ports(1)
    plane = ControlPlane(tmp_path / "cluster", toolchain, port)
    plane.layout.directory.mkdir()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    plane.start()
    try:
        with pytest.raises(ClusterError, match="kube-apiserver ended while starting: unknown flag"):
            plane.change_version("1.35")

        assert '"minor": "36"' in plane.kubectl("get", "--raw", "/version")
    finally:
        plane.stop()
