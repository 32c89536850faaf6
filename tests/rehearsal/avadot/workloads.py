"""Avadot's workloads on a cluster, and whether they went on serving during a drill."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from lightkube import Client
from lightkube.core.resource import Resource
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.objects import is_ready, labels_of, metadata, name_of, spec_of, uid_of
from rehearsal.cluster.waiting import looking
from rehearsal.command import service_watch

NAMESPACE = "avadot-prod"
AUDIO2FACE = "a2f-grpc-server"
SERVICES = ("backend", "blind-date", "concierge", "custom-chat", "fact-worker", "tarot")
PODS = Counter(dict.fromkeys([*SERVICES, AUDIO2FACE], 2))
"""How many pods each workload has when nothing happens."""


@dataclass(frozen=True, kw_only=True)
class Workloads:
    client: Client

    def pods(self, workload: str | None = None) -> list[Pod]:
        """Return the pods, of one workload or of all, that nobody has told to stop."""
        label = "app.kubernetes.io/name"
        found = self.client.list(
            Pod, namespace=NAMESPACE, labels={label: workload} if workload else None
        )
        return [pod for pod in found if metadata(pod).deletionTimestamp is None]

    def ready_pods(self, workload: str | None = None) -> list[Pod]:
        return [pod for pod in self.pods(workload) if is_ready(pod)]

    def identities(self, *workloads: str) -> dict[str, str]:
        pods = (pod for workload in workloads for pod in self.pods(workload))
        return {uid_of(pod): image_of(pod) for pod in pods}

    def serves(self) -> bool:
        """Whether every workload has all its pods, and they are ready."""
        pods = self.pods()
        return all(map(is_ready, pods)) and Counter(map(workload_of, pods)) == PODS

    def ready_endpoints(self) -> Mapping[str, int]:
        ready = service_watch.ready_endpoints(self.client)
        return {name: count for (namespace, name), count in ready.items() if namespace == NAMESPACE}


def workload_of(pod: Pod) -> str:
    return labels_of(pod)["app.kubernetes.io/name"]


def image_of(pod: Pod) -> str:
    return spec_of(pod).containers[0].image or ""


def names(things: Iterable[Resource]) -> set[str]:
    return set(map(name_of, things))


_SECONDS_BETWEEN_LOOKS = 0.5


@dataclass
class Watch:
    lowest: dict[str, int]
    looks: int = 0
    failures: list[Exception] = field(default_factory=list)

    def see(self, ready: dict[str, int]) -> None:
        """Take one look into account; a Service without any entry has no endpoint."""
        self.looks += 1
        self.lowest = {name: min(low, ready.get(name, 0)) for name, low in self.lowest.items()}

    def never_below(self, count: int, *services: str) -> None:
        """Fail if one of these Services, or of all, had fewer ready endpoints at some time."""
        fewer = {
            name: low
            for name, low in self.lowest.items()
            if low < count and (not services or name in services)
        }
        assert not fewer, f"fewer than {count} ready endpoints at some time: {fewer}"


@contextmanager
def watching(avadot: Workloads) -> Iterator[Watch]:
    watch = Watch(lowest=dict(avadot.ready_endpoints()))

    def look() -> None:
        try:
            watch.see(dict(avadot.ready_endpoints()))
        except Exception as error:  # noqa: BLE001 - told at the end, whatever it is
            watch.failures.append(error)

    with looking(look, every=_SECONDS_BETWEEN_LOOKS):
        yield watch
    assert not watch.failures, f"the watch could not look: {watch.failures[0]!r}"
    assert watch.looks, "the drill was over before the first look"
