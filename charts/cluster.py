"""What a cluster needs before the first workload: disks for pods, and GPUs for the scheduler."""

import cdk8s
from constructs import Construct

from charts.device_plugin import device_plugin as plugin_on_nodes
from charts.objects import add
from charts.storage import storage_class
from settings.gpu import Volume
from settings.images import Image


class ClusterChart(cdk8s.Chart):
    """The storage class for the volumes of pods, and NVIDIA's device plugin."""

    def __init__(
        self, scope: Construct, *, volume: Volume, device_plugin: Image, registry: str
    ) -> None:
        super().__init__(scope, "cluster")
        add(self, storage_class(volume))
        add(self, plugin_on_nodes(device_plugin, registry))
