"""How pulling an image goes on a node: it takes a moment, and after a failure it is tried again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rehearsal.cluster.agent.images import Image, Pull, PullError

_PULL = timedelta(seconds=1)
_ERROR_SHOWS = timedelta(seconds=2)
_FIRST_BACK_OFF = timedelta(seconds=10)
_LONGEST_BACK_OFF = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Held:
    """Why a container cannot start yet, in its status's words; no reason while its image comes."""

    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Attempt:
    ends: datetime
    failures: int = 0
    error: str = ""
    error_shows_until: datetime | None = None

    def failed(self, error: str, time: datetime) -> "_Attempt":
        return _Attempt(
            ends=time + min(_FIRST_BACK_OFF * 2**self.failures, _LONGEST_BACK_OFF),
            failures=self.failures + 1,
            error=error,
            error_shows_until=time + _ERROR_SHOWS,
        )


class Pulls:
    """The pulls that are under way on all nodes, by pod and container."""

    def __init__(self, pull: Pull) -> None:
        self._pull = pull
        self._attempts: dict[tuple[str, str], _Attempt] = {}
        self._pulled: dict[tuple[str, str], Image] = {}

    def get(self, pod: str, container: str, image: str, time: datetime) -> Image | Held:
        """Return the image of a container once it is there; `pod` is a uid."""
        key = pod, container
        if key in self._pulled:
            return self._pulled[key]
        attempt = self._attempts.setdefault(key, _Attempt(ends=time + _PULL))
        if time >= attempt.ends:
            try:
                self._pulled[key] = self._pull(image)
            except PullError as error:
                attempt = self._attempts[key] = attempt.failed(str(error), time)
            else:
                return self._pulled[key]
        if not attempt.failures:
            return Held()
        if attempt.error_shows_until and time < attempt.error_shows_until:
            return Held(reason="ErrImagePull", message=attempt.error)
        return Held(
            reason="ImagePullBackOff",
            message=f'Back-off pulling image "{image}": ErrImagePull: {attempt.error}',
        )

    def forget_others(self, pods: Iterable[str]) -> None:
        """Drop what belongs to pods that are gone; `pods` are the uids of those that are not."""
        alive = frozenset(pods)
        self._attempts = {key: a for key, a in self._attempts.items() if key[0] in alive}
        self._pulled = {key: i for key, i in self._pulled.items() if key[0] in alive}
