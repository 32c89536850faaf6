"""Settings from environment variables, read once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Self
from urllib.parse import urlsplit

from music_api.failure import SettingsError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SIGNER = re.compile(
    r"arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer/app/([\w-]+/([0-9a-f]+)?)?"
)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PORTS = range(1, 65536)
_MOST_BYTES = 1 << 30
_S3_PUT_BYTES = 5 << 30
_OPEN_RUNS = 3


@dataclass(frozen=True, kw_only=True)
class IdentitySettings:
    """Whose word is taken for who asks."""

    issuer: str
    signer: str
    """The ARN of the load balancer; one that ends with a slash stands for all that begin so."""

    keys: str
    """Where the load balancer's public keys are, without the slash at the end."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where runs are kept and started, who may ask, how much, and where HTTP is answered."""

    bucket: str
    region: str
    queue_url: str
    namespace: str
    template: str
    identity: IdentitySettings
    most_bytes: int
    open_runs: int
    page: Path | None
    host: str
    port: int

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Check all of it at once."""
        bucket, region = place_of(environment)
        return cls(
            bucket=bucket,
            region=region,
            queue_url=_queue_url(environment.get("QUEUE_URL", "")),
            namespace=_matching(environment, "NAMESPACE", _NAME, "the name of a namespace"),
            template=_matching(
                {"WORKFLOW_TEMPLATE": "music", **environment},
                "WORKFLOW_TEMPLATE",
                _NAME,
                "the name of a WorkflowTemplate",
            ),
            identity=_identity(environment, region),
            most_bytes=_number(environment, "MOST_BYTES", _MOST_BYTES, _S3_PUT_BYTES),
            open_runs=_number(environment, "OPEN_RUNS", _OPEN_RUNS, 100),
            page=_page(environment.get("PAGE", "")),
            host=environment.get("HOST") or "0.0.0.0",  # noqa: S104 - pods are asked from outside
            port=_number(environment, "PORT", 8080, _PORTS[-1]),
        )


def place_of(environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the bucket of runs and its region: all that the exit handler needs."""
    bucket = _matching(environment, "BUCKET", _BUCKET, "the name of a bucket")
    return bucket, _matching(environment, "AWS_REGION", _REGION, "a region as ap-northeast-2")


def _identity(environment: Mapping[str, str], region: str) -> IdentitySettings:
    issuer = environment.get("IDENTITY_ISSUER", "")
    if not urlsplit(issuer).hostname or not issuer.startswith("https://"):
        _refuse("IDENTITY_ISSUER", issuer, "the issuer of the OIDC provider, as https://…")
    return IdentitySettings(
        issuer=issuer,
        signer=_matching(
            environment,
            "IDENTITY_SIGNER",
            _SIGNER,
            "the ARN of the load balancer, or its beginning up to a slash after loadbalancer/app",
        ),
        keys=_keys(environment.get("IDENTITY_KEYS", ""), region),
    )


def _keys(value: str, region: str) -> str:
    value = value or f"https://public-keys.auth.elb.{region}.amazonaws.com"
    parts = urlsplit(value)
    host = parts.hostname or ""
    of_aws = parts.scheme == "https" and host.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    of_a_rehearsal = parts.scheme == "http" and host in _LOOPBACK
    if not (of_aws or of_a_rehearsal) or parts.username or parts.query:
        _refuse("IDENTITY_KEYS", value, "an address of amazonaws.com, or of this machine by http")
    return value.rstrip("/")


def _page(value: str) -> Path | None:
    if not value:
        return None
    path = Path(value)
    if not (path / "index.html").is_file():
        _refuse("PAGE", value, "a directory with an index.html")
    return path


def _matching(
    environment: Mapping[str, str], name: str, pattern: re.Pattern[str], wanted: str
) -> str:
    value = environment.get(name, "")
    if not pattern.fullmatch(value):
        _refuse(name, value, wanted)
    return value


def _queue_url(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        _refuse("QUEUE_URL", value, "the URL of an SQS queue")
    return value


def _number(environment: Mapping[str, str], name: str, usual: int, most: int) -> int:
    value = environment.get(name) or str(usual)
    if not value.isdecimal() or not 1 <= int(value) <= most:
        _refuse(name, value, f"a number from 1 to {most}")
    return int(value)


def _refuse(name: str, value: str, wanted: str) -> NoReturn:
    sentence = f"{name} is {value!r}: it has to be {wanted}"
    raise SettingsError(sentence)
