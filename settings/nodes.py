"""Node groups: which machines the cluster has."""

from dataclasses import dataclass

from catalog import InstanceType, UnknownFactError, instance_type
from settings.checks import SettingError, require, require_name, require_unique

_ROOT_VOLUME_MINIMUM_GIB = 20
"""The root volume of an EKS image; below it a node does not start."""


@dataclass(frozen=True, kw_only=True)
class NodeGroup:
    """Machines behind one label; some are kept for pods that ask for a GPU, or for one workload."""

    name: str
    instance_types: tuple[str, ...]
    """Any of them will do; spot capacity is found sooner among several."""
    minimum: int
    maximum: int
    disk_gib: int
    desired: int | None = None
    """How many to begin with, if not the minimum; from then on an autoscaler decides."""
    spot: bool = False
    workload: str | None = None
    """The kind of pods that it is kept for; all others are kept off by a taint."""

    def __post_init__(self) -> None:
        """Check types and sizes."""
        require_name("node group name", self.name)
        self._check_types()
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
        require(
            self.disk_gib >= _ROOT_VOLUME_MINIMUM_GIB,
            f"node group {self.name} disk_gib",
            self.disk_gib,
            f"an EKS image needs at least {_ROOT_VOLUME_MINIMUM_GIB} GiB",
        )
        if self.workload is not None:
            require_name(f"node group {self.name} workload", self.workload)

    def _check_types(self) -> None:
        require(
            self.instance_types,
            f"node group {self.name} instance_types",
            self.instance_types,
            "name at least one",
        )
        require_unique(f"node group {self.name} instance_types", self.instance_types)
        try:
            gpus = {machine.gpus for machine in self.machines}
        except UnknownFactError as error:
            message = f"node group {self.name}: {error}"
            raise SettingError(message) from None
        require(
            len(gpus) == 1,
            f"node group {self.name} instance_types",
            self.instance_types,
            "all must have as many GPUs, since they get one image and the pods cannot choose",
        )

    @property
    def machines(self) -> tuple[InstanceType, ...]:
        """The facts of the group's instance types."""
        return tuple(map(instance_type, self.instance_types))

    @property
    def first_size(self) -> int:
        """How many machines the group begins with."""
        return self.minimum if self.desired is None else self.desired

    @property
    def gpus(self) -> int:
        """How many GPUs each machine has."""
        return self.machines[0].gpus

    @property
    def has_gpus(self) -> bool:
        """Whether the machines carry GPUs."""
        return self.gpus > 0

    @property
    def purpose(self) -> dict[str, str]:
        """The labels by which pods of its workload ask for its machines."""
        return ({} if self.workload is None else {"workload": self.workload}) | (
            {"nodeType": "spot"} if self.spot else {}
        )

    @property
    def labels(self) -> dict[str, str]:
        """All labels of its machines."""
        return (
            {"node-group": self.name}
            | ({"nvidia.com/gpu.present": "true"} if self.has_gpus else {})
            | self.purpose
        )

    @property
    def taints(self) -> dict[str, str]:
        """What keeps pods away that do not tolerate it."""
        return ({"nvidia.com/gpu": "true"} if self.has_gpus else {}) | (
            {} if self.workload is None else {"workload": self.workload}
        )
