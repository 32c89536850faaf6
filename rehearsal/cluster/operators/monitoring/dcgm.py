"""NVIDIA's exporter of GPU metrics: its objects are made, what it says is played."""

from rehearsal.cluster.operators.monitoring import objects
from rehearsal.cluster.operators.release import Release


class DcgmExporter:
    """A pod on each node with GPUs, for which the data plane answers."""

    rehearsed = "its pods, Service and ServiceMonitor are there; what the GPUs show is played"

    def install(self, release: Release) -> None:
        release.make_namespace()
        release.apply(objects.of_dcgm(release.namespace, release.values))

    def remove(self, release: Release) -> None:
        release.delete(objects.of_dcgm(release.namespace, release.values))
