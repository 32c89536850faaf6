"""Plays the kubelets: brings every pod on a living node forward and takes it down when told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from lightkube import Client
from lightkube.models.core_v1 import Container, PodStatus
from lightkube.resources.core_v1 import Node, Pod
from lightkube.types import PatchType

from rehearsal.cluster.addon_pods import ADD_ON_LABEL, SYSTEM_NAMESPACE
from rehearsal.cluster.agent.addresses import Addresses, node_address
from rehearsal.cluster.agent.events import happenings, record
from rehearsal.cluster.agent.images import Image
from rehearsal.cluster.agent.mirror import Mirror
from rehearsal.cluster.agent.mounts import Mounts
from rehearsal.cluster.agent.needs import Needs
from rehearsal.cluster.agent.pod import admitted, advance_pod, ended
from rehearsal.cluster.agent.probes import Probes
from rehearsal.cluster.agent.pulls import Held, Pulls
from rehearsal.cluster.answers import CONFLICT, NOT_FOUND, suppress_codes
from rehearsal.cluster.objects import (
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

_TIME_TO_STOP = timedelta(seconds=1)
_FINAL_PHASES = ("Succeeded", "Failed")


class Kubelet:
    """The kubelets of all nodes whose machines are up."""

    def __init__(
        self, client: Client, pods: Mirror[Pod], nodes: Mirror[Node], pulls: Pulls, needs: Needs
    ) -> None:
        self._client = client
        self._pods = pods
        self._nodes = nodes
        self._pulls = pulls
        self._needs = needs
        self._mounts = Mounts(client, needs)
        self._probes = Probes(client)
        self._addresses = Addresses()
        self._removed: set[str] = set()

    def tick(self) -> None:
        """Look at every pod once."""
        pods = self._pods.all()
        for pod in pods:
            node = self._nodes.get(spec_of(pod).nodeName or "")
            if node is None or not has_kubelet(node) or uid_of(pod) in self._removed:
                continue
            with suppress_codes(CONFLICT, NOT_FOUND):  # others wrote first; the next look sees
                self._tend(pod, node, now())
        known = {uid_of(pod) for pod in pods}
        self._removed &= known
        self._pulls.forget_others(known)
        self._mounts.forget_others(known)
        self._probes.forget_others(known)

    def _tend(self, pod: Pod, node: Node, time: datetime) -> None:
        deadline = metadata(pod).deletionTimestamp
        if deadline is not None:
            grace = timedelta(seconds=metadata(pod).deletionGracePeriodSeconds or 0)
            if time >= deadline - grace + min(grace, _TIME_TO_STOP):
                self._remove(pod, time)
        elif status_of(pod).phase not in _FINAL_PHASES:
            status = self._next_status(pod, node, time)
            status.hostIP = node_address(node)
            self._write(pod, status)

    def _next_status(self, pod: Pod, node: Node, time: datetime) -> PodStatus:
        if not self._mounts.are_ready(pod, time):
            return admitted(pod, time)
        address = self._addresses.of(pod, node, self._pods.all())
        image_of = self._image_of(pod, time)
        status = advance_pod(pod, image_of, address, time)
        if status.phase == "Running":
            self._probes.report(pod, status, image_of, time)
        return status

    def _image_of(self, pod: Pod, time: datetime) -> Callable[[Container], Image | Held]:
        def find(container: Container) -> Image | Held:
            name = container.image or ""
            if _is_add_on(pod):
                return Image(identity=name)
            image = self._pulls.get(uid_of(pod), container.name, name, time)
            if isinstance(image, Image) and not _has_started(pod, container):
                for reason in self._needs.missing_for_starting(pod, container):
                    return Held(reason="CreateContainerConfigError", message=reason)
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
        for happening in happenings(before, status):
            record(self._client, pod, happening)

    def _remove(self, pod: Pod, time: datetime) -> None:
        self._write(pod, ended(pod, time))
        with suppress_codes(NOT_FOUND):
            self._client.delete(Pod, name_of(pod), namespace=namespace_of(pod), grace_period=0)
        # Once only: the next pod of this name may be there before the watch tells.
        self._removed.add(uid_of(pod))


def _is_add_on(pod: Pod) -> bool:
    return namespace_of(pod) == SYSTEM_NAMESPACE and labels_of(pod).get(ADD_ON_LABEL) == "true"


def _has_started(pod: Pod, container: Container) -> bool:
    status = status_of(pod)
    known = [*(status.initContainerStatuses or []), *(status.containerStatuses or [])]
    return any(one.name == container.name and one.containerID for one in known)
