"""Plays what the kubelets' cAdvisor tells of containers: the CPU and the memory that they use."""

import time

from lightkube.resources.core_v1 import ConfigMap, Pod

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.data_plane.exposition import Family, Sample
from rehearsal.cluster.objects import name_of, namespace_of, spec_of, status_of, uid_of
from rehearsal.cluster.usage import SHARE_OF_MEMORY, USAGE_NAME, CpuUsage, quantity


class Kubelets:
    """The containers of all nodes, with the load that a drill has set."""

    def __init__(self, pods: Informer[Pod], settings: Informer[ConfigMap]) -> None:
        self._pods = pods
        self._settings = settings
        self._used: dict[tuple[str, str], tuple[float, float, float]] = {}

    def families(self, address: str) -> list[Family]:
        """Return what the kubelet at an address tells."""
        usage = CpuUsage.read(self._settings.get(USAGE_NAME, SYSTEM_NAMESPACE))
        cpu, memory = [], []
        for pod in self._pods.all():
            if status_of(pod).hostIP != address or status_of(pod).phase != "Running":
                continue
            share = usage.share(namespace_of(pod), name_of(pod))
            for container in spec_of(pod).containers:
                asked = (container.resources.requests if container.resources else None) or {}
                labels = {
                    "namespace": namespace_of(pod),
                    "pod": name_of(pod),
                    "container": container.name,
                    "image": container.image or "",
                }
                cores = quantity(asked.get("cpu", "0")) * share
                cpu.append(Sample(labels, self._seconds(uid_of(pod), container.name, cores)))
                held = quantity(asked.get("memory", "0")) * SHARE_OF_MEMORY
                memory.append(Sample(labels, held))
        return [
            Family(name="container_cpu_usage_seconds_total", kind="counter", samples=cpu),
            Family(name="container_memory_working_set_bytes", kind="gauge", samples=memory),
        ]

    def _seconds(self, pod: str, container: str, cores: float) -> float:
        now = time.monotonic()
        used, seen, before = self._used.get((pod, container), (0.0, now, 0.0))
        used += (now - seen) * before
        self._used[pod, container] = used, now, cores
        return used
