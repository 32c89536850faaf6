"""What a cluster needs before the first workload: disks for pods, and GPUs for the scheduler."""

from collections.abc import Mapping, Sequence

import cdk8s
from constructs import Construct

from charts.device_plugin import device_plugins
from charts.objects import add
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
        tags: Mapping[str, str],
        volume: Volume | None,
        device_plugin: Image | None,
        gpu_kinds: Sequence[NodeKind],
        registry: str,
    ) -> None:
        super().__init__(scope, "cluster")
        if volume is not None:
            add(self, storage_class(volume, system=system, tags=tags))
        if device_plugin is not None:
            for manifest in device_plugins(
                device_plugin, system=system, registry=registry, kinds=gpu_kinds
            ):
                add(self, manifest)
