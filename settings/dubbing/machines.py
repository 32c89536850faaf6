"""Dubbing's machines: those that are always there, and those that come for pods."""

from settings.dubbing.services import PURPOSE, SLICE, WHOLE, Tier
from settings.node_pools import Capacity, NodePool
from settings.nodes import NodeGroup, TimeSlicing

_STANDARD_TYPES = ("g5.2xlarge", "g6.2xlarge")
"""24 GB of GPU memory; what V100 were, which no longer exist."""

GENERAL = NodeGroup(
    name="general", instance_types=("m5.xlarge",), minimum=2, maximum=2, disk_gib=100
)
"""Always there, also for the cluster's own pods; `MORE_CPU` comes beside it."""
MORE_CPU = NodePool(
    name="more-cpu",
    instance_types=("m5.xlarge",),
    maximum=8,
    capacity=Capacity.ON_DEMAND,
    idle_seconds=600,
    disk_gib=100,
)
BASE = NodeGroup(
    name="gpu-base",
    instance_types=("g5.2xlarge",),
    minimum=1,
    maximum=1,
    disk_gib=150,
    labels=PURPOSE | WHOLE | Tier.STANDARD.labels | {"gpu-type": "a10g"},
)
"""A machine with a GPU that is never taken back."""
STANDARD = NodePool(
    name="gpu-standard",
    instance_types=_STANDARD_TYPES,
    maximum=7,
    capacity=Capacity.SPOT_FIRST,
    idle_seconds=600,
    renews_busy=False,
    disk_gib=150,
    labels=PURPOSE | WHOLE | Tier.STANDARD.labels,
)
SHARED = NodePool(
    name="gpu-shared",
    instance_types=_STANDARD_TYPES,
    maximum=9,
    capacity=Capacity.SPOT_FIRST,
    idle_seconds=600,
    renews_busy=False,
    disk_gib=200,
    labels=PURPOSE | SLICE | Tier.STANDARD.labels,
    gpu_sharing=TimeSlicing(replicas=2),
)
"""A slice of 11 GiB has room for either of the two small models, and the machine for both.

Two of wav2lip do not fit one: so many machines hold all pods however they meet."""
PREMIUM = NodePool(
    name="gpu-premium",
    instance_types=("p4d.24xlarge",),
    maximum=2,
    capacity=Capacity.SPOT_FIRST,
    idle_seconds=600,
    renews_busy=False,
    # The models of eight pods.
    disk_gib=500,
    labels=PURPOSE | WHOLE | Tier.PREMIUM.labels | {"gpu-type": "a100"},
)
