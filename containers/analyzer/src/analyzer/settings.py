"""Settings from environment variables, read once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from analyzer.failure import SettingsError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_PORTS = range(1, 65536)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where objects may be read, where work comes from, where HTTP is answered."""

    bucket: str
    prefix: str
    region: str
    queue_url: str | None
    host: str
    port: int

    @classmethod
    def read(cls, environment: Mapping[str, str], *, port: int) -> Self:
        """Check all of it at once; `port` is the program's own unless the environment has one."""
        return cls(
            bucket=_matching(environment, "S3_BUCKET", _BUCKET, "the name of a bucket"),
            prefix=_prefix(environment.get("S3_PREFIX", "uploads/")),
            region=_matching(environment, "AWS_REGION", _REGION, "a region as ap-northeast-2"),
            queue_url=_queue_url(environment.get("QUEUE_URL", "")),
            host=environment.get("HOST") or "0.0.0.0",  # noqa: S104 - pods are asked from outside
            port=_port(environment.get("PORT") or str(port)),
        )


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one analysis may take. Decided here for all; only tests have others."""

    object_bytes: int = 500_000_000
    media_seconds: float = 3600
    pixels: int = 7680 * 4320
    decoder_bytes: int = 1536 << 20
    """Memory of ffmpeg: 8K of ten bits takes 1.3 GB, and the smaller of the pods has 2 GiB."""

    analysis_seconds: float = 900


def _matching(
    environment: Mapping[str, str], name: str, pattern: re.Pattern[str], wanted: str
) -> str:
    value = environment.get(name, "")
    if not pattern.fullmatch(value):
        sentence = f"{name} is {value!r}: it has to be {wanted}"
        raise SettingsError(sentence)
    return value


def _prefix(value: str) -> str:
    if value.startswith("/") or not value.endswith("/"):
        sentence = f"S3_PREFIX is {value!r}: it has to end with a slash and not to begin with one"
        raise SettingsError(sentence)
    return value


def _queue_url(value: str) -> str | None:
    if value and not value.startswith(("https://", "http://")):
        sentence = f"QUEUE_URL is {value!r}: it has to be the URL of an SQS queue"
        raise SettingsError(sentence)
    return value or None


def _port(value: str) -> int:
    if not value.isdecimal() or int(value) not in _PORTS:
        sentence = f"PORT is {value!r}: it has to be a number from 1 to 65535"
        raise SettingsError(sentence)
    return int(value)
