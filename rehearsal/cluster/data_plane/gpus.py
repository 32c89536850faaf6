"""Plays NVIDIA's dcgm-exporter: one pod on each node with GPUs, with what a drill has set.

Labels and the treatment of shared GPUs are those of dcgm-exporter 4.5.3-4.8.2, read in its source.
"""

import hashlib
from collections.abc import Mapping, Sequence

from lightkube.resources.core_v1 import ConfigMap, Node, Pod

from catalog import instance_type
from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.data_plane.exposition import Family, Sample
from rehearsal.cluster.objects import (
    has_ended,
    labels_of,
    name_of,
    namespace_of,
    spec_of,
    status_of,
    uid_of,
)
from rehearsal.cluster.played_metrics import (
    GPUS_NAME,
    GpuFault,
    GpuFigures,
    faults_of,
    figures_of,
)
from rehearsal.cluster.usage import quantity

_RESOURCE = "nvidia.com/gpu"
_INSTANCE_TYPE = "node.kubernetes.io/instance-type"
_VIRTUAL = "KUBERNETES_VIRTUAL_GPUS"
_MODELS = {"g4dn": "Tesla T4", "g5": "NVIDIA A10G", "g6": "NVIDIA L4", "g6e": "NVIDIA L40S"}
_OF_PROCESSES = ("DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_FB_USED")
"""What the exporter tells of each pod on a shared GPU, beside the figure of the whole GPU."""


class Gpus:
    """What the exporters of all nodes say."""

    def __init__(
        self, pods: Informer[Pod], nodes: Informer[Node], settings: Informer[ConfigMap]
    ) -> None:
        self._pods = pods
        self._nodes = nodes
        self._settings = settings

    def families(self, exporter: Pod) -> list[Family]:
        """Return what an exporter's pod says of the GPUs of its node."""
        node = self._nodes.get(spec_of(exporter).nodeName or "")
        if node is None:
            return []
        stored = self._settings.get(GPUS_NAME, SYSTEM_NAMESPACE)
        faults, virtual = faults_of(stored), _is_virtual(exporter)
        samples: dict[str, list[Sample]] = {}
        for gpu, holders in enumerate(self._holders(node)):
            told = [] if GpuFault.MISSING_POD_LABELS in faults else holders
            if not virtual:
                told = told[-1:]  # the exporter knows one pod for each GPU
            device, owners = _labels(node, gpu), [_owner(p, holders) for p in told]
            figures = [figures_of(stored, namespace_of(p), name_of(p)) for p in holders]
            for name, values in _figures(figures or [GpuFigures()]).items():
                whole = Sample(device, max(values))
                of_pods = [
                    Sample({**device, **owner}, value)
                    for owner, value in zip(
                        owners, values[len(values) - len(owners) :], strict=True
                    )
                ]
                both = virtual and name in _OF_PROCESSES
                found = [whole, *of_pods] if both or not of_pods else of_pods
                if GpuFault.DOUBLED_SERIES in faults:
                    found += [_of_ended_pod(sample) for sample in of_pods]
                samples.setdefault(name, []).extend(found)
        return [Family(name=name, kind="gauge", samples=found) for name, found in samples.items()]

    def _holders(self, node: Node) -> list[list[Pod]]:
        """Return the pods on each GPU of a node; slices of one GPU are filled before the next."""
        gpus = instance_type(labels_of(node)[_INSTANCE_TYPE]).gpus
        allocatable = (node.status.allocatable if node.status else None) or {}
        offered = int(quantity(allocatable.get(_RESOURCE, "0")))
        slices = max(1, offered // gpus) if gpus else 1
        taken: list[Pod] = []
        for pod in sorted(self._pods.all(), key=lambda p: str(status_of(p).startTime)):
            if spec_of(pod).nodeName == name_of(node) and not has_ended(pod):
                taken += [pod] * _gpus_of(pod)
        on = (taken[gpu * slices : (gpu + 1) * slices] for gpu in range(gpus))
        return [list({uid_of(pod): pod for pod in there}.values()) for there in on]


def _gpus_of(pod: Pod) -> int:
    return sum(
        int(quantity(((one.resources.limits if one.resources else None) or {}).get(_RESOURCE, "0")))
        for one in spec_of(pod).containers
    )


def _is_virtual(exporter: Pod) -> bool:
    (container,) = spec_of(exporter).containers
    return any(one.name == _VIRTUAL and one.value == "true" for one in container.env or [])


def _labels(node: Node, gpu: int) -> Mapping[str, str]:
    digest = hashlib.sha256(f"{name_of(node)}/{gpu}".encode()).hexdigest()
    family = labels_of(node)[_INSTANCE_TYPE].partition(".")[0]
    return {
        "gpu": str(gpu),
        "UUID": f"GPU-{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}",
        "pci_bus_id": f"00000000:00:{0x1E - gpu:02X}.0",
        "device": f"nvidia{gpu}",
        "modelName": _MODELS.get(family, "NVIDIA A100-SXM4-40GB"),
        "Hostname": name_of(node),
    }


def _owner(pod: Pod, holders: Sequence[Pod]) -> Mapping[str, str]:
    (container, *_) = [one.name for one in spec_of(pod).containers]
    owner = {"namespace": namespace_of(pod), "pod": name_of(pod), "container": container}
    return {**owner, "vgpu": str(holders.index(pod))} if len(holders) > 1 else owner


def _figures(figures: Sequence[GpuFigures]) -> dict[str, list[float]]:
    return {
        "DCGM_FI_DEV_GPU_UTIL": [one.utilisation for one in figures],
        "DCGM_FI_DEV_MEM_COPY_UTIL": [one.memory_copy for one in figures],
        "DCGM_FI_DEV_FB_USED": [one.memory_used_mib for one in figures],
        "DCGM_FI_DEV_FB_FREE": [one.memory_mib - one.memory_used_mib for one in figures],
        "DCGM_FI_DEV_GPU_TEMP": [one.temperature for one in figures],
        "DCGM_FI_DEV_POWER_USAGE": [one.power for one in figures],
        "DCGM_FI_DEV_XID_ERRORS": [one.xid for one in figures],
    }


def _of_ended_pod(sample: Sample) -> Sample:
    return sample._replace(labels={**sample.labels, "pod": f"{sample.labels.get('pod')}-ended"})
