"""A managed node group, and its machines."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lightkube.models.core_v1 import Taint
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.machine import PlayedMachine
from rehearsal.toolchain import DEFAULT_KUBERNETES, kubernetes_release

NODE_GROUP_LABEL = "eks.amazonaws.com/nodegroup"

_KUBERNETES_EFFECTS = {
    "NO_SCHEDULE": "NoSchedule",
    "NO_EXECUTE": "NoExecute",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
}


@dataclass(frozen=True, kw_only=True)
class NodeTaint:
    """A taint as CloudFormation spells it: NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE."""

    key: str
    effect: str
    value: str = ""

    def to_kubernetes(self) -> Taint:
        return Taint(key=self.key, value=self.value, effect=_KUBERNETES_EFFECTS[self.effect])


@dataclass(frozen=True, kw_only=True)
class PlayedNodeGroup:
    """A managed node group.

    `zones` are those of its subnets, one entry for each; `disk_gib` is the root volume, which EKS
    makes 20 GiB large if nothing is said.
    """

    name: str
    instance_type: str
    size: int
    zones: Sequence[str]
    disk_gib: int = 20
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[NodeTaint] = ()
    capacity_type: str = "ON_DEMAND"
    kubelet: str = kubernetes_release(DEFAULT_KUBERNETES)
    """Release of the kubelet in its image, as 1.36.3."""

    def node(self, *, zone: str, address: str) -> Node:
        """Make the Node that a machine of this group in a zone registers."""
        drawn = hashlib.sha256(f"{self.name}/{zone}/{address}".encode()).hexdigest()[:17]
        return PlayedMachine(
            instance_id=f"i-{drawn}",
            instance_type=self.instance_type,
            zone=zone,
            address=address,
            disk_gib=self.disk_gib,
            kubelet=self.kubelet,
            labels={
                **self.labels,
                NODE_GROUP_LABEL: self.name,
                "eks.amazonaws.com/capacityType": self.capacity_type,
            },
            taints=[taint.to_kubernetes() for taint in self.taints],
        ).node()
