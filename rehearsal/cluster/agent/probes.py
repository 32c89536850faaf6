"""Reports probes that keep failing, as a kubelet does."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from lightkube import Client
from lightkube.models.core_v1 import ContainerStatus, PodStatus
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.agent.events import Happening, record
from rehearsal.cluster.agent.images import Behaviour, Image
from rehearsal.cluster.agent.pod import ImageOf
from rehearsal.cluster.objects import spec_of, uid_of

_BETWEEN_REPORTS = timedelta(seconds=30)
_FAILED = Happening(
    kind="Warning",
    reason="Unhealthy",
    message="Readiness probe failed: HTTP probe failed with statuscode: 503",
)


class Probes:
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
            if isinstance(image, Image) and _fails(statuses[container.name], image, time):
                self._next_report[uid_of(pod)] = time + _BETWEEN_REPORTS
                record(self._client, pod, _FAILED)

    def forget_others(self, pods: Iterable[str]) -> None:
        """Drop what belongs to pods that are gone; `pods` are the uids of those that are not."""
        alive = frozenset(pods)
        self._next_report = {u: t for u, t in self._next_report.items() if u in alive}


def _fails(status: ContainerStatus, image: Image, time: datetime) -> bool:
    running = status.state.running if status.state else None
    return (
        image.behaviour is Behaviour.NEVER_READY
        and not status.ready
        and running is not None
        and running.startedAt is not None
        and time - running.startedAt >= timedelta(seconds=image.startup_seconds)
    )
