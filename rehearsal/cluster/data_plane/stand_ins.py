"""Plays the metrics of programs that do not run here, as a drill has set them."""

import time
from collections.abc import Iterator, Sequence

from lightkube.resources.core_v1 import ConfigMap, Pod

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.data_plane.exposition import Family, Sample
from rehearsal.cluster.objects import name_of, namespace_of, uid_of
from rehearsal.cluster.played_metrics import METRICS_NAME, PlayedSeries, series_of

_BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, float("inf"))


class StandIns:
    """The stand-ins of pods: counters begin at nothing with each pod, and never fall."""

    def __init__(self, settings: Informer[ConfigMap]) -> None:
        self._settings = settings
        self._counts: dict[tuple[str, str, str], tuple[float, float, float]] = {}

    def families(self, pod: Pod) -> list[Family] | None:
        """Return what a pod serves, or nothing if it was not told to."""
        stored = self._settings.get(METRICS_NAME, SYSTEM_NAMESPACE)
        series = series_of(stored, namespace_of(pod), name_of(pod))
        if not series:
            return None
        by_name: dict[str, list[PlayedSeries]] = {}
        for one in series:
            by_name.setdefault(one.name, []).append(one)
        return [self._family(pod, alike) for alike in by_name.values()]

    def _family(self, pod: Pod, series: Sequence[PlayedSeries]) -> Family:
        samples = [sample for one in series for sample in self._samples(pod, one)]
        return Family(name=series[0].name, kind=series[0].kind, samples=samples)  # type: ignore[arg-type] # checked where it is set

    def _samples(self, pod: Pod, series: PlayedSeries) -> Iterator[Sample]:
        if series.kind == "gauge":
            yield Sample(series.labels, series.value)
            return
        count = self._count(pod, series)
        if series.kind == "counter":
            yield Sample(series.labels, count)
            return
        for bound in _BUCKETS:
            inside = count if series.value <= bound else 0.0
            limit = "+Inf" if bound == float("inf") else f"{bound:g}"
            yield Sample({**series.labels, "le": limit}, inside, "_bucket")
        yield Sample(series.labels, count * series.value, "_sum")
        yield Sample(series.labels, count, "_count")

    def _count(self, pod: Pod, series: PlayedSeries) -> float:
        """Add what has happened since the last look, at the rate that held then."""
        key = uid_of(pod), series.name, repr(sorted(series.labels.items()))
        now = time.monotonic()
        count, seen, rate = self._counts.get(key, (0.0, now, 0.0))
        count += (now - seen) * rate
        self._counts[key] = count, now, series.per_second
        return count
