"""What a cluster has before the first workload."""

from dataclasses import replace
from typing import Any

import cdk8s

from charts.cluster import ClusterChart
from tests.charts.examples import DEVICE_PLUGIN, REGISTRY, drawn, pick, pod_of
from tests.settings.examples import PROD


def _storage_class(throughput_mib: int) -> dict[str, Any]:
    chart = ClusterChart(
        cdk8s.App(),
        volume=replace(PROD.audio2face.volume, throughput_mib=throughput_mib),
        device_plugin=DEVICE_PLUGIN,
        registry=REGISTRY,
    )
    return pick(chart.to_json(), "StorageClass", "gp3")


def _plugin() -> dict[str, Any]:
    pod: dict[str, Any] = pod_of(pick(drawn(PROD)["cluster"], "DaemonSet"))["spec"]
    return pod


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


def test_volumes_are_made_where_their_pod_is() -> None:
    """A disk lies in one zone, so it waits until its pod has found a node."""
    assert _storage_class(500)["volumeBindingMode"] == "WaitForFirstConsumer"


def test_volumes_can_grow() -> None:
    """A claim may be enlarged later."""
    assert _storage_class(500)["allowVolumeExpansion"] is True


def test_the_class_is_the_default() -> None:
    """A claim that names no class gets this one; EKS has no default of its own since 1.30."""
    annotations = _storage_class(500)["metadata"]["annotations"]
    assert annotations == {"storageclass.kubernetes.io/is-default-class": "true"}


def test_the_device_plugin_runs_where_gpus_are() -> None:
    """It goes to nodes labelled as having GPUs, whatever they are kept for."""
    assert _plugin()["nodeSelector"] == {"nvidia.com/gpu.present": "true"}
    assert [t["key"] for t in _plugin()["tolerations"]] == ["nvidia.com/gpu"]


def test_the_device_plugin_is_not_evicted() -> None:
    """Without it no pod gets a GPU, so it outranks all workloads."""
    assert _plugin()["priorityClassName"] == "system-node-critical"


def test_the_device_plugin_sees_the_kubelet_s_sockets_only() -> None:
    """Of the node it gets the one directory in which plugins register."""
    assert [volume["hostPath"] for volume in _plugin()["volumes"]] == [
        {"path": "/var/lib/kubelet/device-plugins", "type": "Directory"}
    ]


def test_the_device_plugin_s_image_is_the_pinned_one() -> None:
    """The image comes from the account's registry, by digest."""
    (container,) = _plugin()["containers"]
    assert container["image"] == f"{REGISTRY}/nvidia/k8s-device-plugin@{DEVICE_PLUGIN.digest}"
