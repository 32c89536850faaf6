"""Simulates the kubelets: starts the pods on running nodes, and deletes them after their grace."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network
from typing import cast

from lightkube import Client
from lightkube.models.core_v1 import Container, PodStatus
from lightkube.resources.core_v1 import Node, Pod
from lightkube.types import PatchType

from rehearsal.cluster.addon_pods import ADD_ON_LABEL
from rehearsal.cluster.agent.dependencies import Dependencies, MountAttempts
from rehearsal.cluster.agent.events import ProbeEvents, pod_events, record
from rehearsal.cluster.agent.images import PulledImage, Pulls, WaitingReason
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.agent.pod_status import admitted, advance_pod, ended
from rehearsal.cluster.agent.steps import Steps, is_step
from rehearsal.cluster.api_errors import CONFLICT, NOT_FOUND, suppress_codes
from rehearsal.cluster.machine import INTERNAL_IP
from rehearsal.cluster.objects import (
    has_ended,
    has_kubelet,
    labels_of,
    metadata,
    name_of,
    namespace_of,
    now,
    spec_of,
    status_of,
    uid_of,
)

_POD_NETWORK = IPv4Network("10.0.240.0/20")
"""Apart from the addresses of nodes; 4,000 are more than a rehearsal has pods."""


class PodAddresses:
    """Hands out pod addresses in turn, so that one that was just freed is not used at once."""

    def __init__(self) -> None:
        self._last = _POD_NETWORK.network_address

    def of(self, pod: Pod, node: Node, pods: Iterable[Pod]) -> str:
        """Return the pod's address: the one it has, its node's, or a free one."""
        if address := status_of(pod).podIP:
            return address
        if spec_of(pod).hostNetwork:
            return node_address(node)
        taken = {status_of(other).podIP for other in pods}
        while True:
            self._last = self._next()
            if str(self._last) not in taken:
                return str(self._last)

    def _next(self) -> IPv4Address:
        following = self._last + 1
        last = _POD_NETWORK.broadcast_address
        return following if following < last else _POD_NETWORK.network_address + 1


def node_address(node: Node) -> str:
    addresses = (node.status.addresses if node.status else None) or []
    return next((a.address for a in addresses if a.type == INTERNAL_IP), "")


_TIME_TO_STOP = timedelta(seconds=1)


class Kubelet:
    """The kubelets of all nodes whose machines are up."""

    def __init__(
        self,
        client: Client,
        pods: Informer[Pod],
        nodes: Informer[Node],
        pulls: Pulls,
        dependencies: Dependencies,
        *,
        steps: Steps,
    ) -> None:
        self._client = client
        self._pods = pods
        self._nodes = nodes
        self._pulls = pulls
        self._dependencies = dependencies
        self._steps = steps
        self._mounts = MountAttempts(client, dependencies)
        self._probes = ProbeEvents(client)
        self._addresses = PodAddresses()
        self._removed: set[str] = set()

    def reconcile(self) -> None:
        pods = self._pods.all()
        tended = []
        for pod in pods:
            node = self._nodes.get(spec_of(pod).nodeName or "")
            if node is None or not has_kubelet(node) or uid_of(pod) in self._removed:
                continue
            tended.append(pod)
            with suppress_codes(CONFLICT, NOT_FOUND):  # others wrote first; the next look sees
                self._tend(pod, node, now())
        self._steps.keep_only(tended, now())
        known = {uid_of(pod) for pod in pods}
        self._removed &= known
        self._pulls.forget_others(known)
        self._mounts.forget_others(known)
        self._probes.forget_others(known)

    def _tend(self, pod: Pod, node: Node, time: datetime) -> None:
        deadline = metadata(pod).deletionTimestamp
        if deadline is not None and is_step(pod):
            if stopped := self._steps.end(pod, time):
                self._remove(stopped, time)
        elif deadline is not None:
            grace = timedelta(seconds=metadata(pod).deletionGracePeriodSeconds or 0)
            if time >= deadline - grace + min(grace, _TIME_TO_STOP):
                self._remove(pod, time)
        elif not has_ended(pod):
            status = self._next_status(pod, node, time)
            status.hostIP = node_address(node)
            self._write(pod, status)

    def _next_status(self, pod: Pod, node: Node, time: datetime) -> PodStatus:
        if not self._mounts.are_ready(pod, time):
            return admitted(pod, time)
        address = self._addresses.of(pod, node, self._pods.all())
        image_of = self._image_of(pod, time)
        if is_step(pod):
            return self._steps.advance(pod, node, image_of, address, time)
        status = advance_pod(pod, image_of, address, time)
        if status.phase == "Running":
            self._probes.report(pod, status, image_of, time)
        return status

    def _image_of(
        self, pod: Pod, time: datetime
    ) -> Callable[[Container], PulledImage | WaitingReason]:
        def find(container: Container) -> PulledImage | WaitingReason:
            name = container.image or ""
            if _is_add_on(pod):
                return PulledImage(identity=name)
            image = self._pulls.get(uid_of(pod), container.name, name, time)
            if isinstance(image, PulledImage) and not _has_started(pod, container):
                for reason in self._dependencies.missing_for_starting(pod, container):
                    return WaitingReason(reason="CreateContainerConfigError", message=reason)
            return image

        return find

    def _write(self, pod: Pod, status: PodStatus) -> None:
        before = status_of(pod)
        if status == before:
            return
        written = self._client.patch(
            Pod.Status,
            name_of(pod),
            {
                "metadata": {"resourceVersion": metadata(pod).resourceVersion},
                "status": status.to_dict(),
            },
            namespace=namespace_of(pod),
            patch_type=PatchType.MERGE,
        )
        self._pods.put(cast("Pod", Pod.from_dict(written.to_dict())))
        for event in pod_events(before, status):
            record(self._client, pod, event)

    def _remove(self, pod: Pod, time: datetime) -> None:
        self._write(pod, ended(pod, time))
        with suppress_codes(NOT_FOUND):
            self._client.delete(Pod, name_of(pod), namespace=namespace_of(pod), grace_period=0)
        # Once only: the next pod of this name may be there before the watch tells.
        self._removed.add(uid_of(pod))


def _is_add_on(pod: Pod) -> bool:
    return labels_of(pod).get(ADD_ON_LABEL) == "true"


def _has_started(pod: Pod, container: Container) -> bool:
    status = status_of(pod)
    known = [*(status.initContainerStatuses or []), *(status.containerStatuses or [])]
    return any(one.name == container.name and one.containerID for one in known)
