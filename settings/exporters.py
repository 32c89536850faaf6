"""Exporters: programs that show Prometheus what others do not tell it themselves."""

from dataclasses import dataclass

from settings.checks import require_name
from settings.images import Image
from settings.workloads import Placement, Resources, Rollout, WorkloadKind

_SIZE = Resources(cpu_milli=100, memory_mib=128, cpu_limit_milli=200, memory_limit_mib=256)
_ROLLOUT = Rollout(ready_within=60, limit=1200, scheduled_within=600)


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """One pod of an exporter, on the machines for all; two would be counted twice."""

    name: str
    image: Image
    resources: Resources = _SIZE
    rollout: Rollout = _ROLLOUT

    def __post_init__(self) -> None:
        require_name("exporter name", self.name)

    @property
    def kind(self) -> WorkloadKind:
        return WorkloadKind.DEPLOYMENT

    @property
    def gpus(self) -> int:
        return 0

    @property
    def gpu_memory_mib(self) -> int:
        return 0

    @property
    def placement(self) -> Placement:
        return Placement()

    @property
    def fewest(self) -> int:
        return 1

    @property
    def most(self) -> int:
        return 1

    @property
    def termination_grace(self) -> int:
        return 30
