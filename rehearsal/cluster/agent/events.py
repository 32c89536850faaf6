"""Writes the events that a kubelet writes about its pods."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lightkube import Client
from lightkube.models.core_v1 import (
    ContainerState,
    ContainerStatus,
    EventSource,
    ObjectReference,
    PodStatus,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Event, Pod

from rehearsal.cluster.agent.images import Behaviour, PulledImage
from rehearsal.cluster.agent.pod_status import ImageOf
from rehearsal.cluster.api_errors import FORBIDDEN, NOT_FOUND, suppress_codes
from rehearsal.cluster.objects import metadata, name_of, namespace_of, now, spec_of, uid_of


@dataclass(frozen=True, kw_only=True)
class PodEvent:
    """An event about a pod."""

    kind: Literal["Normal", "Warning"]
    reason: str
    message: str


def record(client: Client, pod: Pod, event: PodEvent) -> None:
    """Write an event about a pod in the name of its node's kubelet."""
    time = now()
    reference = ObjectReference(
        apiVersion="v1",
        kind="Pod",
        name=name_of(pod),
        namespace=namespace_of(pod),
        uid=metadata(pod).uid,
    )
    # An event is worth nothing in a namespace that is going or gone.
    with suppress_codes(FORBIDDEN, NOT_FOUND):
        client.create(
            Event(
                metadata=ObjectMeta(generateName=f"{name_of(pod)}.", namespace=namespace_of(pod)),
                involvedObject=reference,
                type=event.kind,
                reason=event.reason,
                message=event.message,
                source=EventSource(component="kubelet", host=spec_of(pod).nodeName),
                firstTimestamp=time,
                lastTimestamp=time,
                count=1,
            )
        )


def pod_events(before: PodStatus, after: PodStatus) -> Iterator[PodEvent]:
    """Return the events between two statuses of a pod."""
    known = {status.name: status for status in _containers(before)}
    for status in _containers(after):
        yield from _of_container(known.get(status.name), status)


def _containers(status: PodStatus) -> list[ContainerStatus]:
    return [*(status.initContainerStatuses or []), *(status.containerStatuses or [])]


def _of_container(before: ContainerStatus | None, after: ContainerStatus) -> Iterator[PodEvent]:
    old = (before.state if before else None) or ContainerState()
    new = after.state or ContainerState()
    if new.running and not old.running:
        pulled = f'Successfully pulled image "{after.image}"'
        yield PodEvent(kind="Normal", reason="Pulled", message=pulled)
        yield PodEvent(kind="Normal", reason="Started", message=f"Container started: {after.name}")
    if new.waiting and (old.waiting is None or new.waiting.reason != old.waiting.reason):
        message = new.waiting.message or ""
        match new.waiting.reason:
            case "ErrImagePull":
                text = f'Failed to pull image "{after.image}": {message}'
                yield PodEvent(kind="Warning", reason="Failed", message=text)
            case "ImagePullBackOff":
                yield PodEvent(kind="Normal", reason="BackOff", message=message)
            case "CrashLoopBackOff":
                yield PodEvent(kind="Warning", reason="BackOff", message=message)


_BETWEEN_REPORTS = timedelta(seconds=30)
_FAILED = PodEvent(
    kind="Warning",
    reason="Unhealthy",
    message="Readiness probe failed: HTTP probe failed with statuscode: 503",
)


class ProbeEvents:
    """Remembers by pod when a failing probe is due to be reported again."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._next_report: dict[str, datetime] = {}

    def report(self, pod: Pod, status: PodStatus, image_of: ImageOf, time: datetime) -> None:
        """Write an event if a container of the pod should be ready by now and is not."""
        if time < self._next_report.get(uid_of(pod), time):
            return
        statuses = {one.name: one for one in status.containerStatuses or []}
        for container in spec_of(pod).containers:
            image = image_of(container)
            if isinstance(image, PulledImage) and _fails(statuses[container.name], image, time):
                self._next_report[uid_of(pod)] = time + _BETWEEN_REPORTS
                record(self._client, pod, _FAILED)

    def forget_others(self, pods: Iterable[str]) -> None:
        """Drop what belongs to pods that are gone; `pods` are the uids of those that are not."""
        alive = frozenset(pods)
        self._next_report = {u: t for u, t in self._next_report.items() if u in alive}


def _fails(status: ContainerStatus, image: PulledImage, time: datetime) -> bool:
    running = status.state.running if status.state else None
    return (
        image.behaviour is Behaviour.NEVER_READY
        and not status.ready
        and running is not None
        and running.startedAt is not None
        and time - running.startedAt >= timedelta(seconds=image.startup_seconds)
    )
