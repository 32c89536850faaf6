"""What pods and GPUs say of themselves in a drill: metrics in place of programs and machines."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.nodes import HasClient

METRICS_NAME = "rehearsal-metrics"
GPUS_NAME = "rehearsal-gpus"
_FAULTS = "faults"
"""Has no dot, as the keys of pods have."""


@dataclass(frozen=True, kw_only=True)
class PlayedSeries:
    """A series that each chosen pod serves.

    A gauge stands at `value`. Of a counter and of a histogram `per_second` events happen, and a
    histogram has seen each of them at `value`.
    """

    name: str
    kind: str = "gauge"
    value: float = 0.0
    per_second: float = 0.0
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in ("gauge", "counter", "histogram"):
            message = f"series {self.name} kind {self.kind!r}: gauge, counter or histogram"
            raise ValueError(message)


@dataclass(frozen=True, kw_only=True)
class GpuFigures:
    """What DCGM reads from a GPU: percent, MiB, degrees Celsius and watts."""

    utilisation: float = 0.0
    memory_copy: float = 0.0
    memory_used_mib: float = 0.0
    memory_mib: float = 24_000.0
    temperature: float = 35.0
    power: float = 25.0
    xid: float = 0.0


class GpuFault(StrEnum):
    """Known faults of the exporter."""

    MISSING_POD_LABELS = "missing-pod-labels"
    """dcgm-exporter#342: after a restart of the kubelet, GPUs are nobody's."""
    DOUBLED_SERIES = "doubled-series"
    """dcgm-exporter#340: a pod that has ended is named beside the one that took its GPU."""


def set_metrics(
    cluster: HasClient, namespace: str, name_prefix: str, series: Sequence[PlayedSeries]
) -> None:
    """Let all pods whose names begin so serve these series, from now on."""
    content = json.dumps([asdict(one) for one in series])
    _set(cluster, METRICS_NAME, f"{namespace}.{name_prefix}", content)


def set_gpus(cluster: HasClient, namespace: str, name_prefix: str, figures: GpuFigures) -> None:
    """Let the GPUs of all pods whose names begin so show these figures, from now on."""
    _set(cluster, GPUS_NAME, f"{namespace}.{name_prefix}", json.dumps(asdict(figures)))


def set_gpu_faults(cluster: HasClient, faults: Collection[GpuFault]) -> None:
    """Let the exporters of all nodes have these faults and no others."""
    _set(cluster, GPUS_NAME, _FAULTS, json.dumps(sorted(faults)))


def series_of(stored: ConfigMap | None, namespace: str, name: str) -> list[PlayedSeries]:
    """Return what a pod serves; the longest fitting beginning decides."""
    content = _fitting(stored, namespace, name)
    return [PlayedSeries(**one) for one in json.loads(content)] if content else []


def figures_of(stored: ConfigMap | None, namespace: str, name: str) -> GpuFigures:
    """Return what the GPU of a pod shows; of one that was not set, that it idles."""
    content = _fitting(stored, namespace, name)
    return GpuFigures(**json.loads(content)) if content else GpuFigures()


def faults_of(stored: ConfigMap | None) -> frozenset[GpuFault]:
    return frozenset(map(GpuFault, json.loads(_data(stored).get(_FAULTS, "[]"))))


def _fitting(stored: ConfigMap | None, namespace: str, name: str) -> str | None:
    fitting = [key for key in _keys(stored, namespace) if f"{namespace}.{name}".startswith(key)]
    return _data(stored)[max(fitting, key=len)] if fitting else None


def _keys(stored: ConfigMap | None, namespace: str) -> Iterator[str]:
    return (key for key in _data(stored) if key.startswith(f"{namespace}."))


def _data(stored: ConfigMap | None) -> Mapping[str, str]:
    return (stored.data if stored else None) or {}


def _set(cluster: HasClient, name: str, key: str, content: str) -> None:
    cluster.client().apply(
        ConfigMap(metadata=ObjectMeta(name=name, namespace=SYSTEM_NAMESPACE), data={key: content}),
        # A manager of its own for each entry, or applying one would remove the others.
        field_manager=f"drill-{key}"[:128],
        force=True,
    )
