"""Node groups: which machines the cluster has."""

from dataclasses import dataclass

from catalog import InstanceType, UnknownFactError, instance_type
from settings.checks import SettingError, require, require_name

_ROOT_VOLUME_MINIMUM_GIB = 20
"""The root volume of an EKS image; below it a node does not start."""


@dataclass(frozen=True, kw_only=True)
class NodeGroup:
    """Machines of one type behind one label; GPU machines are kept for pods that ask for a GPU."""

    name: str
    instance_type: str
    minimum: int
    maximum: int
    disk_gib: int

    def __post_init__(self) -> None:
        """Check type and sizes."""
        require_name("node group name", self.name)
        try:
            instance_type(self.instance_type)
        except UnknownFactError as error:
            message = f"node group {self.name}: {error}"
            raise SettingError(message) from None
        require(
            0 <= self.minimum <= self.maximum and self.maximum > 0,
            f"node group {self.name} size",
            (self.minimum, self.maximum),
            "minimum must be from 0 to maximum, and maximum at least 1",
        )
        require(
            self.disk_gib >= _ROOT_VOLUME_MINIMUM_GIB,
            f"node group {self.name} disk_gib",
            self.disk_gib,
            f"an EKS image needs at least {_ROOT_VOLUME_MINIMUM_GIB} GiB",
        )

    @property
    def machine(self) -> InstanceType:
        """The facts of the group's instance type."""
        return instance_type(self.instance_type)

    @property
    def has_gpus(self) -> bool:
        """Whether the machines carry GPUs."""
        return self.machine.gpus > 0
