"""Volumes of pods: gp3 disks of EBS."""

from dataclasses import dataclass

from settings.checks import require

_GP3_IOPS_PER_MIB = 4
"""gp3 gives 0.25 MiB/s for each of its operations per second."""
_GP3_THROUGHPUT_MIB = range(125, 2001)
_GP3_BASE_IOPS = 3000
_GP3_IOPS_PER_GIB = 500


@dataclass(frozen=True, kw_only=True)
class Volume:
    """The disk of one pod, a gp3 volume."""

    size_gib: int
    throughput_mib: int
    """MiB/s; the disk is what limits how fast a model loads."""

    def __post_init__(self) -> None:
        require(self.size_gib > 0, "volume size_gib", self.size_gib, "must be at least 1")
        require(
            self.throughput_mib in _GP3_THROUGHPUT_MIB,
            "volume throughput_mib",
            self.throughput_mib,
            f"gp3 takes {_GP3_THROUGHPUT_MIB.start} to {_GP3_THROUGHPUT_MIB.stop - 1} MiB/s",
        )
        most = max(_GP3_BASE_IOPS, _GP3_IOPS_PER_GIB * self.size_gib)
        require(
            self.iops <= most,
            "volume throughput_mib",
            self.throughput_mib,
            f"needs {self.iops} IOPS, and gp3 gives {self.size_gib} GiB at most {most}; "
            "make the volume larger",
        )

    @property
    def iops(self) -> int:
        """Operations per second that the throughput needs, never below gp3's included ones."""
        return max(_GP3_BASE_IOPS, self.throughput_mib * _GP3_IOPS_PER_MIB)
