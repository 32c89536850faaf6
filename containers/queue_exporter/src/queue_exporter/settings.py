"""Settings from environment variables, read once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from exporter.variables import port_of, refuse, text_of

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_QUEUE = re.compile(r"[\w-]+", re.ASCII)
_TRUTH = {"true": True, "false": False}
_REDIS_PORT = 6379


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where Redis answers, and which queues are counted."""

    host: str
    port: int
    tls: bool
    password_file: Path | None
    queues: tuple[str, ...]

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Check all of it at once."""
        return cls(
            host=_host(environment.get("REDIS_HOST", "")),
            port=port_of(environment, "REDIS_PORT", _REDIS_PORT),
            tls=_tls(environment.get("REDIS_TLS") or "false"),
            password_file=_password_file(environment.get("REDIS_PASSWORD_FILE", "")),
            queues=_queues(environment.get("QUEUE_NAMES", "")),
        )


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        refuse("REDIS_HOST", value, "the name or the address of a host")
    return value


def _tls(value: str) -> bool:
    if value not in _TRUTH:
        refuse("REDIS_TLS", value, "true or false")
    return _TRUTH[value]


def _password_file(value: str) -> Path | None:
    if not value:
        return None
    path = Path(value)
    if not text_of(path, "REDIS_PASSWORD_FILE").strip():
        refuse("REDIS_PASSWORD_FILE", value, "a file with a password in it")
    return path


def _queues(value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(","))
    for name in names:
        if not _QUEUE.fullmatch(name):
            refuse("QUEUE_NAMES", value, f"queues as stt,mt, and {name!r} is none")
        if names.count(name) > 1:
            refuse("QUEUE_NAMES", value, f"queues that differ, and {name!r} comes twice")
    return names
