"""What a cluster has before the first workload."""

import json
from dataclasses import replace
from typing import Any

import cdk8s
import pytest

from charts.cluster import ClusterChart
from settings.nodes import NodeGroup, TimeSlicing
from settings.volumes import Volume
from tests.charts.examples import REGISTRY, Objects, draw, kinds, pick, pod_of
from tests.settings.examples import GPU_NODES, IMAGE

_VOLUME = Volume(size_gib=50, throughput_mib=500)
_SHARED = replace(GPU_NODES, name="shared", gpu_sharing=TimeSlicing(replicas=4))
_NAME, _SHARED_NAME = "nvidia-device-plugin", "nvidia-device-plugin-time-slicing-4"


def _objects(*groups: NodeGroup, volume: Volume | None = _VOLUME) -> Objects:
    return draw(
        ClusterChart(
            cdk8s.App(),
            system="example",
            volume=volume,
            device_plugin=IMAGE if groups else None,
            gpu_kinds=groups,
            registry=REGISTRY,
        )
    )


def _storage_class(throughput_mib: int) -> dict[str, Any]:
    volume = replace(_VOLUME, throughput_mib=throughput_mib)
    return pick(_objects(volume=volume), "StorageClass", "gp3")


def _plugin(name: str, *groups: NodeGroup) -> dict[str, Any]:
    pod: dict[str, Any] = pod_of(pick(_objects(*groups), "DaemonSet", name))["spec"]
    return pod


def test_a_cluster_gets_what_it_needs_only() -> None:
    """Without volumes there is no storage class, and without GPUs no device plugin."""
    assert kinds(_objects(volume=None)) == []
    assert kinds(_objects()) == ["StorageClass"]
    assert kinds(_objects(GPU_NODES, volume=None)) == ["DaemonSet"]


def test_volumes_are_encrypted() -> None:
    """Each volume is an encrypted gp3 disk of the EBS driver."""
    made = _storage_class(500)
    assert made["provisioner"] == "ebs.csi.aws.com"
    assert made["parameters"]["type"] == "gp3"
    assert made["parameters"]["encrypted"] == "true"


def test_volumes_are_as_fast_as_the_settings_say() -> None:
    """Throughput is the settings'; above 750 MiB/s it needs more operations than are included."""
    assert _storage_class(500)["parameters"]["throughput"] == "500"
    assert _storage_class(500)["parameters"]["iops"] == "3000"
    assert _storage_class(1000)["parameters"]["iops"] == "4000"


def test_volumes_are_made_where_their_pod_is_and_can_grow() -> None:
    """A disk lies in one zone, so it waits until its pod has found a node."""
    assert _storage_class(500)["volumeBindingMode"] == "WaitForFirstConsumer"
    assert _storage_class(500)["allowVolumeExpansion"] is True


def test_the_class_is_the_default() -> None:
    """A claim that names no class gets this one; EKS has no default of its own since 1.30."""
    annotations = _storage_class(500)["metadata"]["annotations"]
    assert annotations == {"storageclass.kubernetes.io/is-default-class": "true"}


@pytest.mark.parametrize("name", [_NAME, _SHARED_NAME])
def test_a_device_plugin_runs_where_gpus_are_and_is_not_evicted(name: str) -> None:
    """It goes to nodes with GPUs, whatever they are kept for; without it no pod gets a GPU."""
    pod = _plugin(name, GPU_NODES, _SHARED)
    assert pod["nodeSelector"]["nvidia.com/gpu.present"] == "true"
    assert [t["key"] for t in pod["tolerations"]] == ["nvidia.com/gpu"]
    assert pod["priorityClassName"] == "system-node-critical"


def test_the_device_plugin_sees_the_kubelet_s_sockets_only() -> None:
    """Of the node it gets the one directory in which plugins register."""
    assert _plugin(_NAME, GPU_NODES)["volumes"] == [
        {
            "name": "device-plugins",
            "hostPath": {"path": "/var/lib/kubelet/device-plugins", "type": "Directory"},
        }
    ]


def test_the_device_plugin_s_image_is_the_pinned_one() -> None:
    """The image comes from the account's registry, by digest."""
    (container,) = _plugin(_NAME, GPU_NODES)["containers"]
    assert container["image"] == f"{REGISTRY}/{IMAGE.reference}"


def test_gpus_of_one_pod_each_need_no_configuration() -> None:
    """Where no group shares its GPUs, one plugin runs on every node that has some."""
    objects = _objects(GPU_NODES, replace(GPU_NODES, name="more"), volume=None)
    assert kinds(objects) == ["DaemonSet"]
    pod = _plugin(_NAME, GPU_NODES)
    assert pod["nodeSelector"] == {"nvidia.com/gpu.present": "true"}
    assert "affinity" not in pod
    assert "env" not in pod["containers"][0]


def test_nodes_that_share_gpus_have_a_plugin_of_their_own() -> None:
    """It runs on the nodes with the label of this sharing, and reads how many pods use a GPU."""
    twice = replace(_SHARED, name="twice")
    objects = _objects(GPU_NODES, _SHARED, twice, volume=None)
    assert kinds(objects) == ["DaemonSet", "ConfigMap", "DaemonSet"]
    assert _SHARED.node_labels.items() >= _plugin(_SHARED_NAME, _SHARED)["nodeSelector"].items()
    (container,) = _plugin(_SHARED_NAME, _SHARED)["containers"]
    config = pick(objects, "ConfigMap", _SHARED_NAME)
    volumes = {v["name"]: v for v in _plugin(_SHARED_NAME, _SHARED)["volumes"]}
    (mount,) = (m for m in container["volumeMounts"] if "configMap" in volumes[m["name"]])
    assert volumes[mount["name"]]["configMap"] == {"name": config["metadata"]["name"]}
    (file,) = config["data"]
    assert container["env"] == [{"name": "CONFIG_FILE", "value": f"{mount['mountPath']}/{file}"}]
    assert json.loads(config["data"][file]) == {
        "version": "v1",
        "sharing": {"timeSlicing": {"resources": [{"name": "nvidia.com/gpu", "replicas": 4}]}},
    }


def test_a_node_has_one_device_plugin() -> None:
    """The plugin for unshared GPUs keeps off the nodes that share theirs, and the other way."""
    (term,) = _plugin(_NAME, GPU_NODES, _SHARED)["affinity"]["nodeAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ]["nodeSelectorTerms"]
    (rule,) = term["matchExpressions"]
    assert rule["operator"] == "DoesNotExist"
    assert rule["key"] in _plugin(_SHARED_NAME, GPU_NODES, _SHARED)["nodeSelector"]
    assert rule["key"] in _SHARED.node_labels
    assert rule["key"] not in GPU_NODES.node_labels
    other = replace(_SHARED, gpu_sharing=TimeSlicing(replicas=2))
    assert kinds(_objects(_SHARED, other, volume=None)) == 2 * ["ConfigMap", "DaemonSet"]
