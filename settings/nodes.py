"""Nodes: which machines the cluster has, by node groups here and by node pools beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from catalog import InstanceType, UnknownFactError, instance_type
from settings.checks import SettingError, require, require_name, require_unique

_ROOT_VOLUME_MINIMUM_GIB = 20
"""The root volume of an EKS image; below it a node does not start."""
_SHARED_GPU_MAXIMUM = 48
"""More pods than a GPU has room for in its memory, whatever they are."""
SHARING_LABEL = "nvidia.com/device-plugin.config"
"""Tells which configuration of the device plugin a node gets."""
GPU_LABEL = {"nvidia.com/gpu.present": "true"}
"""By which pods choose machines with GPUs, whatever their group is called."""
GPU_TAINT = {"nvidia.com/gpu": "true"}
"""Keeps pods that ask for no GPU away from the machines that have some."""


@dataclass(frozen=True, kw_only=True)
class TimeSlicing:
    """Several pods take turns on one GPU; they share its memory without any limit between them."""

    replicas: int
    """Pods for each GPU."""

    def __post_init__(self) -> None:
        require(
            1 < self.replicas <= _SHARED_GPU_MAXIMUM,
            "time slicing replicas",
            self.replicas,
            f"must be from 2 to {_SHARED_GPU_MAXIMUM}",
        )

    @property
    def name(self) -> str:
        """The device plugin's configuration for it."""
        return f"time-slicing-{self.replicas}"


@dataclass(frozen=True, kw_only=True)
class NodeKind:
    """Machines of one kind: what a node group and a node pool have in common."""

    name: str
    instance_types: tuple[str, ...]
    """Any of them will do; spot capacity is found sooner among several."""
    disk_gib: int
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By which pods select its machines, beside those that all of the kind have."""
    taints: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What keeps away pods that do not tolerate it (`NoSchedule`), beside that of GPUs."""
    zones: tuple[str, ...] = ()
    """In which of the network's it has machines, if not in all."""
    gpu_sharing: TimeSlicing | None = None
    """How several pods use one GPU; without it each has its own."""
    noun: ClassVar[str]
    """What it is called in messages."""

    def __post_init__(self) -> None:
        require_name(f"{self.noun} name", self.name)
        self._check_types()
        require_unique(f"{self.noun} {self.name} zones", self.zones)
        require(
            self.disk_gib >= _ROOT_VOLUME_MINIMUM_GIB,
            f"{self.noun} {self.name} disk_gib",
            self.disk_gib,
            f"an EKS image needs at least {_ROOT_VOLUME_MINIMUM_GIB} GiB",
        )
        for name, values in (("labels", self.labels), ("taints", self.taints)):
            for key, value in values.items():
                require_name(f"{self.noun} {self.name} {name} {key}", value)
        require(
            self.has_gpus or self.gpu_sharing is None,
            f"{self.noun} {self.name} gpu_sharing",
            self.gpu_sharing,
            "its machines have no GPU to share",
        )

    def _check_types(self) -> None:
        require(
            self.instance_types,
            f"{self.noun} {self.name} instance_types",
            self.instance_types,
            "name at least one",
        )
        require_unique(f"{self.noun} {self.name} instance_types", self.instance_types)
        try:
            gpus = {machine.gpus for machine in self.machines}
        except UnknownFactError as error:
            message = f"{self.noun} {self.name}: {error}"
            raise SettingError(message) from None
        require(
            len(gpus) == 1,
            f"{self.noun} {self.name} instance_types",
            self.instance_types,
            "all must have as many GPUs, since they get one image and the pods cannot choose",
        )

    @property
    def machines(self) -> tuple[InstanceType, ...]:
        """The facts of its instance types."""
        return tuple(map(instance_type, self.instance_types))

    @property
    def pods_per_gpu(self) -> int:
        """How many pods take turns on one GPU."""
        return 1 if self.gpu_sharing is None else self.gpu_sharing.replicas

    @property
    def gpus(self) -> int:
        """How many GPUs each machine offers to pods; a shared one counts once for each share."""
        return self.machines[0].gpus * self.pods_per_gpu

    @property
    def has_gpus(self) -> bool:
        return self.machines[0].gpus > 0

    @property
    def written_labels(self) -> dict[str, str]:
        """The labels that are given to its machines; others come by themselves."""
        return (
            (GPU_LABEL if self.has_gpus else {})
            | ({SHARING_LABEL: self.gpu_sharing.name} if self.gpu_sharing else {})
            | dict(self.labels)
        )

    @property
    def node_taints(self) -> dict[str, str]:
        """All taints of its machines."""
        return (GPU_TAINT if self.has_gpus else {}) | dict(self.taints)


@dataclass(frozen=True, kw_only=True)
class NodeGroup(NodeKind):
    """Machines of a managed node group, which has a size.

    A group in other zones is another group to EKS, so one that stays beside its successor says
    those that it has.
    """

    minimum: int
    maximum: int
    desired: int | None = None
    """How many it has, if not the minimum: nothing but a new setting changes it."""
    kubernetes: str | None = None
    """Version of its nodes, where they come after their cluster in an upgrade. A new group cannot
    have another than its cluster's."""
    image: str | None = None
    """Release of EKS' image for its machines, as 1.36.3-20261120; if not given, the newest one of
    the day when the group was made."""
    spot: bool = False
    noun: ClassVar[str] = "node group"

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            0 <= self.minimum <= self.maximum and self.maximum > 0,
            f"node group {self.name} size",
            (self.minimum, self.maximum),
            "minimum must be from 0 to maximum, and maximum at least 1",
        )
        require(
            self.minimum <= self.first_size <= self.maximum,
            f"node group {self.name} desired",
            self.desired,
            f"must be from its minimum {self.minimum} to its maximum {self.maximum}",
        )

    @property
    def first_size(self) -> int:
        """How many machines the group begins with."""
        return self.minimum if self.desired is None else self.desired

    @property
    def largest(self) -> int:
        """How many machines there can be: nothing adds to a group."""
        return self.first_size

    @property
    def node_labels(self) -> dict[str, str]:
        """All labels of its machines by which pods may select them."""
        return {"node-group": self.name} | self.written_labels
