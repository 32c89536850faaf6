"""Whether the volumes of pods are mounted, tried again and again as a kubelet does."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from lightkube import Client
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.agent.events import Happening, record
from rehearsal.cluster.agent.needs import Needs
from rehearsal.cluster.objects import uid_of

_BETWEEN_ATTEMPTS = timedelta(seconds=2)


class Mounts:
    """Remembers by pod what is mounted and when the next attempt is due."""

    def __init__(self, client: Client, needs: Needs) -> None:
        self._client = client
        self._needs = needs
        self._mounted: set[str] = set()
        self._next_attempt: dict[str, datetime] = {}
        self._told: dict[str, str] = {}

    def are_ready(self, pod: Pod, time: datetime) -> bool:
        """Whether all volumes are mounted; says in an event why not, once for each reason."""
        uid = uid_of(pod)
        if uid in self._mounted:
            return True
        if time < self._next_attempt.get(uid, time):
            return False
        obstacle = next(self._needs.missing_for_mounting(pod), None)
        if obstacle is None:
            self._mounted.add(uid)
            return True
        self._next_attempt[uid] = time + _BETWEEN_ATTEMPTS
        if self._told.get(uid) != obstacle:
            self._told[uid] = obstacle
            happening = Happening(kind="Warning", reason="FailedMount", message=obstacle)
            record(self._client, pod, happening)
        return False

    def forget_others(self, pods: Iterable[str]) -> None:
        """Drop what belongs to pods that are gone; `pods` are the uids of those that are not."""
        alive = frozenset(pods)
        self._mounted &= alive
        self._next_attempt = {u: t for u, t in self._next_attempt.items() if u in alive}
        self._told = {uid: text for uid, text in self._told.items() if uid in alive}
