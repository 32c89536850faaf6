"""For how long Services had no ready endpoint while a running environment was changed."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2
from lightkube import ApiError, Client
from lightkube.resources.core_v1 import Service
from lightkube.resources.discovery_v1 import EndpointSlice

from rehearsal.cluster.objects import Key, key_of, labels_of, namespace_of
from rehearsal.cluster.rollouts import rollouts
from rehearsal.cluster.waiting import looking

_SECONDS_BETWEEN_LOOKS = 1
_SERVICE = "kubernetes.io/service-name"
_SYSTEM = "kube-"


def ready_endpoints(client: Client) -> Mapping[Key, int]:
    """Return the ready endpoints of each Service outside the system's namespaces.

    A preview of a new version is left out: it is there to be looked at before it serves.
    """
    previews = {one.preview_service for one in rollouts(client)}
    ready: Counter[Key] = Counter()
    for piece in client.list(EndpointSlice, namespace="*"):
        service = namespace_of(piece), labels_of(piece).get(_SERVICE, "")
        ready[service] += sum(
            bool(endpoint.conditions and endpoint.conditions.ready)
            for endpoint in piece.endpoints or []
        )
    return {
        key_of(service): ready[key_of(service)]
        for service in client.list(Service, namespace="*")
        if not namespace_of(service).startswith(_SYSTEM)
        and service.spec
        and service.spec.selector
        and key_of(service) not in previews
    }


@dataclass
class ServiceWatch:
    """What was seen of the Services that served when the watch began."""

    before: Mapping[Key, int]
    """Their ready endpoints then."""
    last_ready: dict[Key, float]
    """When each was last seen with one."""
    longest: dict[Key, float] = field(default_factory=dict)
    """Seconds of the longest time without one, of those that had such a time."""

    def see(self, ready: Mapping[Key, int], at: float) -> None:
        """Take one look into account; a Service that was removed is missed by nobody."""
        for service, since in self.last_ready.items():
            if ready.get(service, 1):
                self.last_ready[service] = at
            else:
                self.longest[service] = max(self.longest.get(service, 0), at - since)

    def told(self) -> list[str]:
        """Return a sentence for each interrupted Service, or one for all that were not."""
        if not self.before:
            return []
        if not self.longest:
            return [f"all {len(self.before)} Services had a ready endpoint all the time"]
        return [
            f"{name} had no ready endpoint for {seconds:.0f} s"
            for (_, name), seconds in sorted(self.longest.items())
        ]

    def interrupted(self) -> list[str]:
        """Return the Services that had a gap, though a pod could have served while one moved."""
        return sorted(service[1] for service in self.longest if self.before[service] > 1)


@contextmanager
def watching(client: Client) -> Iterator[ServiceWatch]:
    """Look once a second."""
    served = {service: count for service, count in (_look(client) or {}).items() if count}
    watch = ServiceWatch(before=served, last_ready=dict.fromkeys(served, time.monotonic()))

    def look() -> None:
        if (ready := _look(client)) is not None:
            watch.see(ready, time.monotonic())

    with looking(look, every=_SECONDS_BETWEEN_LOOKS):
        yield watch


def _look(client: Client) -> Mapping[Key, int] | None:
    """Return nothing where the cluster does not answer, as while it is removed."""
    try:
        return ready_endpoints(client)
    except (ApiError, httpx2.HTTPError):
        return None
