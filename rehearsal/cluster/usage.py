"""CPU and memory: quantities as numbers, and how much of it pods use in a drill."""

from collections.abc import Mapping
from dataclasses import dataclass

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.nodes import HasClient

_FACTORS = {
    "m": 1e-3,
    "": 1.0,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "Ki": 2.0**10,
    "Mi": 2.0**20,
    "Gi": 2.0**30,
    "Ti": 2.0**40,
}


def quantity(text: str) -> float:
    """Return cores, bytes or pieces: `250m` is 0.25, `1Gi` is 1073741824."""
    number = text.rstrip("kmKMGTi")
    return float(number) * _FACTORS[text[len(number) :]]


USAGE_NAME = "rehearsal-usage"
_IDLE = 0.05
SHARE_OF_MEMORY = 0.5
"""Of what is requested, which every pod uses."""


@dataclass(frozen=True, kw_only=True)
class CpuUsage:
    """What has been set: a share of the requested CPU by namespace and beginning of pod names."""

    shares: Mapping[tuple[str, str], float]

    @classmethod
    def read(cls, stored: ConfigMap | None) -> "CpuUsage":
        """Read what `set_cpu_usage` has written."""
        data = (stored.data if stored else None) or {}
        keys = {key: tuple(key.split(".", 1)) for key in data}
        return cls(shares={(keys[k][0], keys[k][1]): float(data[k]) for k in data})

    def share(self, namespace: str, name: str) -> float:
        """Return a pod's share; the longest fitting beginning decides, unnamed pods idle."""
        fitting = [
            (len(prefix), share)
            for (where, prefix), share in self.shares.items()
            if where == namespace and name.startswith(prefix)
        ]
        return max(fitting, default=(0, _IDLE))[1]


def set_cpu_usage(
    cluster: HasClient, namespace: str, name_prefix: str, share_of_request: float
) -> None:
    """Let all pods whose names begin so use this share of the CPU they request, from now on.

    It also holds for pods that start later, as if the load grew with them.
    """
    cluster.client().apply(
        ConfigMap(
            metadata=ObjectMeta(name=USAGE_NAME, namespace=SYSTEM_NAMESPACE),
            data={f"{namespace}.{name_prefix}": str(share_of_request)},
        ),
        # A manager of its own for each entry, or applying one would remove the others.
        field_manager=f"drill-{namespace}-{name_prefix}",
        force=True,
    )
