"""Music's machines: two that are always there, and GPUs that come with a run."""

from settings.music.steps import WORK
from settings.node_pools import Capacity, NodePool
from settings.nodes import NodeGroup

LISTEN, COMPOSE, END = "listen", "compose", "end"
"""The steps, as the pipeline and the labels of machines call them."""

_IDLE_SECONDS = 600
"""Four results and the next run find machines that have image and driver already."""

GENERAL = NodeGroup(
    name="general", instance_types=("t3.xlarge",), minimum=2, maximum=2, disk_gib=60
)
"""For controllers, what watches them, and the API: one in each zone."""
LISTENING = NodePool(
    name="listening",
    # 16 and 24 GB of GPU memory; several, since spot machines of one type are often not to be had.
    instance_types=(
        "g4dn.xlarge",
        "g6.xlarge",
        "g5.xlarge",
        "g4dn.2xlarge",
        "g6.2xlarge",
        "g5.2xlarge",
    ),
    maximum=2,
    # A step lasts minutes, writes what it made at its end, and is begun again if its machine goes:
    # what spot saves is more than what that loses. Where no spot machine is to be had, a person
    # waits for the result, so on demand comes next.
    capacity=Capacity.SPOT_FIRST,
    idle_seconds=_IDLE_SECONDS,
    renews_busy=False,
    disk_gib=100,
    labels={WORK: LISTEN},
)
COMPOSING = NodePool(
    name="composing",
    # 48 GB: nothing smaller holds Riffusion's 30.
    instance_types=("g6e.xlarge",),
    maximum=4,
    capacity=Capacity.SPOT_FIRST,
    idle_seconds=_IDLE_SECONDS,
    renews_busy=False,
    disk_gib=100,
    labels={WORK: COMPOSE},
)
