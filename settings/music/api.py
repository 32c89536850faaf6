"""The API: who may call it, what may be uploaded, and how it runs."""

import re
from dataclasses import dataclass

from settings.checks import require, require_name, require_port
from settings.workloads import CpuDeployment

_S3_PUT_MB = 5_000
"""S3 takes no more in one request."""
_BYTES_PER_MB = 1_000_000
_MOST_OPEN_RUNS = 100
_LONGEST_SESSION = 604_800
"""An ALB's longest session: seven days."""


@dataclass(frozen=True, kw_only=True)
class Login:
    """The OpenID Connect provider that the load balancer sends people to before it lets them in.

    Client id and secret are not here: a person puts them into the secret that the data stack makes.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    user_info_endpoint: str
    scope: str
    """What is asked of the provider, `openid` among it."""
    session_seconds: int
    """After which a person is sent to the provider again."""

    def __post_init__(self) -> None:
        for field in ("issuer", "authorization_endpoint", "token_endpoint", "user_info_endpoint"):
            url = getattr(self, field)
            require(
                re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?(/[\w./~%-]*)?", url, re.ASCII),
                f"login {field}",
                url,
                "write an address of the provider, as https://login.example.com/authorize",
            )
        require(
            "openid" in self.scope.split(),
            "login scope",
            self.scope,
            "openid must be among its words",
        )
        require(
            0 < self.session_seconds <= _LONGEST_SESSION,
            "login session_seconds",
            self.session_seconds,
            f"an ALB takes 1 to {_LONGEST_SESSION} s",
        )


@dataclass(frozen=True, kw_only=True)
class Uploads:
    """What one person may send in, and how long it is kept."""

    largest_mb: int
    open_runs: int
    """Runs of one person that have not ended."""
    kept_days: int
    """After which a run is deleted, with its results."""

    def __post_init__(self) -> None:
        require(
            0 < self.largest_mb <= _S3_PUT_MB,
            "uploads largest_mb",
            self.largest_mb,
            f"must be from 1 to {_S3_PUT_MB}, S3 takes no more in one request",
        )
        require(
            0 < self.open_runs <= _MOST_OPEN_RUNS,
            "uploads open_runs",
            self.open_runs,
            f"must be from 1 to {_MOST_OPEN_RUNS}",
        )
        require(self.kept_days > 0, "uploads kept_days", self.kept_days, "must be at least 1")

    @property
    def largest_bytes(self) -> int:
        """The size of the largest video."""
        return self.largest_mb * _BYTES_PER_MB


@dataclass(frozen=True, kw_only=True)
class Api(CpuDeployment):
    """The API with the page: starts runs and shows them, keeps nothing itself."""

    port: int

    def __post_init__(self) -> None:
        require_name("API name", self.name)
        require_port(f"API {self.name} port", self.port)
