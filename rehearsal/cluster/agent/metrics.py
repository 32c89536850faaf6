"""Simulates the metrics server: reports the CPU and memory use of pods to autoscalers."""

import time

from lightkube import Client
from lightkube.core.resource import NamespacedResource
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.core_v1 import Container
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference
from lightkube.resources.core_v1 import ConfigMap, Pod

from rehearsal.cluster.addon_pods import METRICS_SERVER, NAME_LABEL, SYSTEM_NAMESPACE
from rehearsal.cluster.agent.informer import Informer, OnChange
from rehearsal.cluster.definitions import POD_METRICS
from rehearsal.cluster.objects import (
    is_ready,
    labels_of,
    metadata,
    name_of,
    namespace_of,
    now,
    spec_of,
    status_of,
    uid_of,
)
from rehearsal.cluster.usage import SHARE_OF_MEMORY, USAGE_NAME, CpuUsage, quantity

_SECONDS_BETWEEN_REPORTS = 30.0
_PodMetrics = create_namespaced_resource(
    POD_METRICS.group, POD_METRICS.version, POD_METRICS.kind, POD_METRICS.plural
)


class MetricsServer:
    """Writes a PodMetrics object for each running pod while the add-on serves."""

    def __init__(self, client: Client, pods: Informer[Pod], on_change: OnChange) -> None:
        self._client = client
        self._pods = pods
        self._usage = Informer(
            client,
            ConfigMap,
            namespace=SYSTEM_NAMESPACE,
            fields={"metadata.name": USAGE_NAME},
            changed=on_change,
        )
        self._reported: dict[str, tuple[float, float]] = {}

    def reconcile(self) -> None:
        """Report what is new, has changed, or was reported long ago."""
        pods = self._pods.all()
        if not any(is_ready(pod) and _is_metrics_server(pod) for pod in pods):
            return
        usage = CpuUsage.read(self._usage.get(USAGE_NAME, SYSTEM_NAMESPACE))
        for pod in pods:
            if status_of(pod).phase == "Running" and metadata(pod).deletionTimestamp is None:
                self._report(pod, usage.share(namespace_of(pod), name_of(pod)))
        known = {uid_of(pod) for pod in pods}
        self._reported = {uid: last for uid, last in self._reported.items() if uid in known}

    def _report(self, pod: Pod, share: float) -> None:
        reported, reported_share = self._reported.get(uid_of(pod), (0.0, -1.0))
        recent = time.monotonic() - reported < _SECONDS_BETWEEN_REPORTS
        if recent and reported_share == share:
            return
        self._client.apply(pod_metrics(pod, share), field_manager="metrics-server", force=True)
        self._reported[uid_of(pod)] = (time.monotonic(), share)


def pod_metrics(pod: Pod, share: float) -> NamespacedResource:
    """Make the report on a pod that uses this share of its requested CPU; it goes with the pod."""
    owner = OwnerReference(
        apiVersion="v1", kind="Pod", name=name_of(pod), uid=uid_of(pod), blockOwnerDeletion=False
    )
    containers = [_container_usage(container, share) for container in spec_of(pod).containers]
    return _PodMetrics(
        metadata=ObjectMeta(
            name=name_of(pod),
            namespace=namespace_of(pod),
            labels=dict(labels_of(pod)),
            ownerReferences=[owner],
        ),
        timestamp=now().isoformat().replace("+00:00", "Z"),
        window="10s",
        containers=containers,
    )


def _container_usage(container: Container, share: float) -> dict[str, object]:
    requests = (container.resources.requests if container.resources else None) or {}
    cores = quantity(requests.get("cpu", "0")) * share
    memory = quantity(requests.get("memory", "0")) * SHARE_OF_MEMORY
    usage = {"cpu": f"{cores * 1e9:.0f}n", "memory": f"{memory / 1024:.0f}Ki"}
    return {"name": container.name, "usage": usage}


def _is_metrics_server(pod: Pod) -> bool:
    return labels_of(pod).get(NAME_LABEL) == METRICS_SERVER
