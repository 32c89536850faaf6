"""Finds the pod behind a host and a port: by its address, or by the name of a Service."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lightkube.models.core_v1 import ServicePort
from lightkube.resources.core_v1 import Pod, Service

from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.objects import (
    is_ready,
    labels_of,
    namespace_of,
    spec_of,
    status_of,
)

_SERVICE = re.compile(r"(?P<name>[a-z0-9-]+)\.(?P<namespace>[a-z0-9-]+)(\.svc(\.cluster\.local)?)?")
KUBELET_PORT = 10250


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A port of a pod; without a pod, that of a node's kubelet."""

    address: str
    port: int
    pod: Pod | None


class Endpoints:
    """All pods and Services of the cluster."""

    def __init__(self, pods: Informer[Pod], services: Informer[Service]) -> None:
        self._pods = pods
        self._services = services

    def find(self, host: str, port: int) -> Endpoint | None:
        """Return what a connection would reach, or nothing if it would be refused.

        A Service leads to the first of its ready pods; a pod takes connections on the ports that
        it declares, whether it is ready or not.
        """
        if name := _SERVICE.fullmatch(host):
            return next(self.behind(name["name"], name["namespace"], port), None)
        if port == KUBELET_PORT:
            return Endpoint(address=host, port=port, pod=None)
        for pod in self._pods.all():
            status = status_of(pod)
            runs_here = status.podIP == host and status.phase == "Running"
            if runs_here and port in _ports(pod).values():
                return Endpoint(address=host, port=port, pod=pod)
        return None

    def behind(self, name: str, namespace: str, port: int | str) -> Iterator[Endpoint]:
        """Return the ready pods of a Service, whose port is given by its number or its name."""
        service = self._services.get(name, namespace)
        spec = service.spec if service else None
        asked = next(
            (one for one in (spec.ports if spec else None) or [] if port in (one.port, one.name)),
            None,
        )
        if spec is None or asked is None or not spec.selector:
            return
        for pod in self._pods.all():
            fits = spec.selector.items() <= labels_of(pod).items()
            if fits and namespace_of(pod) == namespace and is_ready(pod):
                target = _target(asked, pod)
                if target in _ports(pod).values():
                    yield Endpoint(address=status_of(pod).podIP or "", port=target, pod=pod)


def _target(port: ServicePort, pod: Pod) -> int:
    if isinstance(port.targetPort, str) and not port.targetPort.isdigit():
        return _ports(pod).get(port.targetPort, 0)
    return int(port.targetPort or port.port)


def _ports(pod: Pod) -> dict[str, int]:
    """Return the declared ports by name, nameless ones by their number."""
    containers = [*(spec_of(pod).initContainers or []), *spec_of(pod).containers]
    return {
        port.name or str(port.containerPort): port.containerPort
        for container in containers
        for port in container.ports or []
    }
