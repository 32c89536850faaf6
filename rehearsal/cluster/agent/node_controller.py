"""Keeps nodes in step with their system pods: network readiness and allocatable GPUs."""

from collections.abc import Callable
from typing import cast

import yaml
from lightkube import Client
from lightkube.resources.core_v1 import ConfigMap, Node, Pod

from catalog import instance_type
from rehearsal.cluster.addon_pods import NAME_LABEL, NETWORK_PLUGIN, SYSTEM_NAMESPACE
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.objects import (
    annotations_of,
    has_kubelet,
    is_ready,
    labels_of,
    metadata,
    name_of,
    namespace_of,
    spec_of,
    uid_of,
)

GPU = "nvidia.com/gpu"
_NETWORK = "rehearsal/network"
_DEVICE_PLUGIN = "k8s-device-plugin"
_CONFIG_FILE = "CONFIG_FILE"


class NodeController:
    """Keeps Node objects in step with the system pods that run on them."""

    def __init__(self, client: Client, nodes: Informer[Node], pods: Informer[Pod]) -> None:
        self._client = client
        self._nodes = nodes
        self._pods = pods
        self._shared: dict[str, int] = {}

    def reconcile(self) -> None:
        """Look at every node whose machine is up."""
        for node in filter(has_kubelet, self._nodes.all()):
            if _NETWORK not in annotations_of(node) and self._runs(node, is_network_plugin):
                self._announce_network(node)
            if gpus := instance_type(labels_of(node)["node.kubernetes.io/instance-type"]).gpus:
                self._announce_gpus(node, gpus)

    def _runs(self, node: Node, wanted: Callable[[Pod], bool]) -> bool:
        return self._pod(node, wanted) is not None

    def _pod(self, node: Node, wanted: Callable[[Pod], bool]) -> Pod | None:
        return next(
            (
                pod
                for pod in self._pods.all()
                if spec_of(pod).nodeName == name_of(node) and is_ready(pod) and wanted(pod)
            ),
            None,
        )

    def _announce_network(self, node: Node) -> None:
        patch = {"metadata": {"annotations": {_NETWORK: "ready"}}}
        self._nodes.put(self._client.patch(Node, name_of(node), patch))

    def _announce_gpus(self, node: Node, gpus: int) -> None:
        """Advertise GPUs while the plugin serves; afterwards they count but cannot be had."""
        allocatable = (node.status.allocatable if node.status else None) or {}
        plugin = self._pod(node, is_device_plugin)
        served = gpus * self._slices(plugin) if plugin else 0
        if allocatable.get(GPU, "0") == str(served):
            return
        capacity = {"capacity": {GPU: str(served)}} if plugin else {}
        patch = {"status": {"allocatable": {GPU: str(served)}, **capacity}}
        written = self._client.patch(Node.Status, name_of(node), patch)
        self._nodes.put(cast("Node", Node.from_dict(written.to_dict())))

    def _slices(self, plugin: Pod) -> int:
        """Return as how many the plugin offers each GPU: it reads its file when it starts."""
        uid = uid_of(plugin)
        if uid not in self._shared:
            self._shared[uid] = slices(self._configuration(plugin))
        return self._shared[uid]

    def _configuration(self, plugin: Pod) -> str:
        (container,) = spec_of(plugin).containers
        file = next((one.value for one in container.env or () if one.name == _CONFIG_FILE), None)
        if file is None:
            return ""
        folder, _, name = file.rpartition("/")
        (mount,) = (one for one in container.volumeMounts or () if one.mountPath == folder)
        (volume,) = (one for one in spec_of(plugin).volumes or () if one.name == mount.name)
        held = volume.configMap.name if volume.configMap else ""
        found = self._client.get(ConfigMap, held or "", namespace=namespace_of(plugin))
        return str((found.data or {}).get(name, ""))


def slices(configuration: str) -> int:
    """Return as how many each GPU is offered by a configuration of NVIDIA's device plugin."""
    sharing = (yaml.safe_load(configuration) or {}).get("sharing") or {}
    resources = (sharing.get("timeSlicing") or {}).get("resources") or ()
    return next((int(one["replicas"]) for one in resources if one["name"] == GPU), 1)


def is_network_plugin(pod: Pod) -> bool:
    """Whether this is the pod of the VPC CNI add-on."""
    return (
        namespace_of(pod) == SYSTEM_NAMESPACE and labels_of(pod).get(NAME_LABEL) == NETWORK_PLUGIN
    )


def is_device_plugin(pod: Pod) -> bool:
    """Whether this is a DaemonSet's pod of NVIDIA's device plugin, recognised by its image."""
    owners = metadata(pod).ownerReferences or []
    return any(owner.kind == "DaemonSet" for owner in owners) and any(
        _repository(container.image or "").endswith(_DEVICE_PLUGIN)
        for container in spec_of(pod).containers
    )


def _repository(image: str) -> str:
    path, _, name = image.partition("@")[0].rpartition("/")
    return f"{path}/{name.partition(':')[0]}"
