"""Avadot on a cluster, as those see it who use and run it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lightkube import Client
from lightkube.core.resource import Resource
from lightkube.models.discovery_v1 import Endpoint
from lightkube.resources.core_v1 import Pod
from lightkube.resources.discovery_v1 import EndpointSlice

from rehearsal.cluster.objects import is_ready, labels_of, metadata, name_of, spec_of, uid_of

NAMESPACE = "avadot-prod"
AUDIO2FACE = "a2f-grpc-server"
SERVICES = ("backend", "blind-date", "concierge", "custom-chat", "fact-worker", "tarot")
PODS = Counter(dict.fromkeys([*SERVICES, AUDIO2FACE], 2))
"""How many pods each workload has when nothing happens."""


@dataclass(frozen=True, kw_only=True)
class Workloads:
    """The workloads in the namespace of production."""

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
        """Return uid and image of the pods of these workloads."""
        pods = (pod for workload in workloads for pod in self.pods(workload))
        return {uid_of(pod): image_of(pod) for pod in pods}

    def serves(self) -> bool:
        """Whether every workload has all its pods, and they are ready."""
        pods = self.pods()
        return all(map(is_ready, pods)) and Counter(map(workload_of, pods)) == PODS

    def ready_endpoints(self) -> Mapping[str, int]:
        """Count the ready endpoints of each Service."""
        ready: Counter[str] = Counter()
        for one in self.client.list(EndpointSlice, namespace=NAMESPACE):
            service = labels_of(one)["kubernetes.io/service-name"]
            ready[service] += sum(map(_is_ready_endpoint, one.endpoints or []))
        return ready


def workload_of(pod: Pod) -> str:
    return labels_of(pod)["app.kubernetes.io/name"]


def image_of(pod: Pod) -> str:
    return spec_of(pod).containers[0].image or ""


def names(things: Iterable[Resource]) -> set[str]:
    return set(map(name_of, things))


def _is_ready_endpoint(endpoint: Endpoint) -> bool:
    return bool(endpoint.conditions and endpoint.conditions.ready)
