"""Writes the events that a kubelet writes about its pods."""

from collections.abc import Iterator
from dataclasses import dataclass
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

from rehearsal.cluster.answers import FORBIDDEN, NOT_FOUND, suppress_codes
from rehearsal.cluster.objects import metadata, name_of, namespace_of, now, spec_of


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something worth an event."""

    kind: Literal["Normal", "Warning"]
    reason: str
    message: str


def record(client: Client, pod: Pod, happening: Happening) -> None:
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
                type=happening.kind,
                reason=happening.reason,
                message=happening.message,
                source=EventSource(component="kubelet", host=spec_of(pod).nodeName),
                firstTimestamp=time,
                lastTimestamp=time,
                count=1,
            )
        )


def happenings(before: PodStatus, after: PodStatus) -> Iterator[Happening]:
    """Name what has happened between two statuses of a pod."""
    known = {status.name: status for status in _containers(before)}
    for status in _containers(after):
        yield from _of_container(known.get(status.name), status)


def _containers(status: PodStatus) -> list[ContainerStatus]:
    return [*(status.initContainerStatuses or []), *(status.containerStatuses or [])]


def _of_container(before: ContainerStatus | None, after: ContainerStatus) -> Iterator[Happening]:
    old = (before.state if before else None) or ContainerState()
    new = after.state or ContainerState()
    if new.running and not old.running:
        pulled = f'Successfully pulled image "{after.image}"'
        yield Happening(kind="Normal", reason="Pulled", message=pulled)
        yield Happening(kind="Normal", reason="Started", message=f"Container started: {after.name}")
    if new.waiting and (old.waiting is None or new.waiting.reason != old.waiting.reason):
        message = new.waiting.message or ""
        match new.waiting.reason:
            case "ErrImagePull":
                text = f'Failed to pull image "{after.image}": {message}'
                yield Happening(kind="Warning", reason="Failed", message=text)
            case "ImagePullBackOff":
                yield Happening(kind="Normal", reason="BackOff", message=message)
            case "CrashLoopBackOff":
                yield Happening(kind="Warning", reason="BackOff", message=message)
