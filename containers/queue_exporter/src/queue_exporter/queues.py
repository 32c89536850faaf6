"""Reads BullMQ's queues in one round trip."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import RedisError
from redis.retry import Retry

from exporter.failure import Unavailable
from queue_exporter.settings import Settings

STATES = (
    *("wait", "paused", "active"),
    *("prioritized", "delayed", "waiting-children", "completed", "failed"),
)
"""In the script's order."""
_SCRIPT = files("queue_exporter").joinpath("queues.lua").read_text()
_TIMEOUT_SECONDS = 2
_TRIES_AGAIN = 1
"""A connection that was closed between two scrapes is no outage."""


@dataclass(frozen=True, kw_only=True)
class QueueFigures:
    """One queue at one moment."""

    jobs: Mapping[str, int]
    """By state."""
    oldest: float | None
    """When the oldest job that waits was added, in seconds of the epoch; nothing if none waits."""


class QueueReader:
    """Asks Redis, over connections that are kept."""

    def __init__(self, settings: Settings) -> None:
        self._queues = settings.queues
        self._address = f"{settings.host}:{settings.port}"
        password = settings.password_file
        self._redis = Redis(
            host=settings.host,
            port=settings.port,
            ssl=settings.tls,
            credential_provider=_PasswordFile(password) if password else None,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            socket_timeout=_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), _TRIES_AGAIN),
        )

    def read(self) -> Mapping[str, QueueFigures]:
        """Return the figures of each queue; raise `Unavailable` if not all of them can be had."""
        prefixes = [f"bull:{queue}:" for queue in self._queues]
        try:
            answer: Any = self._redis.eval_ro(_SCRIPT, len(prefixes), *prefixes)
        # A password file that is gone is an OSError.
        except (RedisError, OSError) as error:
            sentence = f"Redis at {self._address} does not tell its queues: {error}"
            raise Unavailable(sentence) from error
        return dict(zip(self._queues, map(_figures, answer), strict=True))


class _PasswordFile(CredentialProvider):
    """Reads the password for each new connection, since it may have been rotated."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_credentials(self) -> tuple[str]:
        return (self._path.read_text().strip(),)


def _figures(answer: Iterable[Any]) -> QueueFigures:
    counts, oldest = answer
    return QueueFigures(
        jobs=dict(zip(STATES, counts, strict=True)),
        oldest=None if oldest is None else oldest / 1000,
    )
