"""EC2 instance types: what a node of each offers to pods."""

from dataclasses import dataclass

from catalog.reader import UnknownFactError, read


@dataclass(frozen=True, kw_only=True)
class InstanceType:
    """One EC2 instance type, with what Kubernetes may hand out of it.

    CPU in thousandths of a core, memory in MiB, `max_pods` without prefix delegation.
    """

    name: str
    vcpu: int
    memory_mib: int
    gpus: int
    allocatable_cpu_milli: int
    allocatable_memory_mib: int
    max_pods: int

    @property
    def gpu_memory_mib(self) -> int:
        """Of one GPU; 0 if it has none."""
        return gpu_of(self.name).memory_mib if self.gpus else 0


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """The GPU of a family of instance types, as EC2 describes it."""

    name: str
    memory_mib: int


def gpu_of(name: str) -> Gpu:
    """Return the GPU that an instance type has; raise `UnknownFactError` if it is not listed."""
    table, family = read("instances.json")["gpus"], name.partition(".")[0]
    if family not in table:
        message = f"the GPU of {family} is not in the catalog; known are {', '.join(table)}"
        raise UnknownFactError(message)
    return Gpu(**table[family])


def instance_types() -> tuple[InstanceType, ...]:
    """Return all that are listed."""
    return tuple(map(instance_type, read("instances.json")["types"]))


def instance_type(name: str) -> InstanceType:
    """Return the facts of an instance type; raise `UnknownFactError` if retired or not listed."""
    table = read("instances.json")
    if reason := table["retired"].get(name):
        message = f"instance type {name!r} is retired: {reason}"
        raise UnknownFactError(message)
    if name not in table["types"]:
        message = (
            f"instance type {name!r} is not in the catalog; known are {', '.join(table['types'])}"
        )
        raise UnknownFactError(message)
    return InstanceType(name=name, **table["types"][name])
