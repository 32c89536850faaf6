"""What a cluster needs before the first workload: disks for pods, and GPUs for the scheduler."""

from collections.abc import Mapping, Sequence

import cdk8s
from constructs import Construct
from lightkube.models.meta_v1 import ObjectMeta

from charts.device_plugin import device_plugins
from charts.monitoring import PodMonitor
from charts.objects import NAME_LABEL, add, common_labels
from charts.storage import storage_class
from settings.images import Image
from settings.nodes import NodeKind
from settings.volumes import Volume


class ClusterChart(cdk8s.Chart):
    """The storage class for volumes of pods, and NVIDIA's device plugin for GPUs."""

    def __init__(
        self,
        scope: Construct,
        *,
        system: str,
        volume: Volume | None,
        device_plugin: Image | None,
        gpu_kinds: Sequence[NodeKind],
        registry: str,
    ) -> None:
        super().__init__(scope, "cluster")
        if volume is not None:
            add(self, storage_class(volume, system=system))
        if device_plugin is not None:
            for manifest in device_plugins(
                device_plugin, system=system, registry=registry, kinds=gpu_kinds
            ):
                add(self, manifest)


class ControllersChart(cdk8s.Chart):
    """What Prometheus scrapes of the controllers: namespace and port by the pods' name label."""

    def __init__(
        self, scope: Construct, *, system: str, monitors: Mapping[str, tuple[str, str]]
    ) -> None:
        super().__init__(scope, "controllers")
        for name, (namespace, port) in monitors.items():
            add(
                self,
                PodMonitor(
                    metadata=ObjectMeta(
                        name=name, namespace=namespace, labels=common_labels(system)
                    ),
                    pods={NAME_LABEL: name},
                    port=port,
                    # They speak about what they control, by its own namespace.
                    honor_labels=True,
                ),
            )
