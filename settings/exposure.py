"""How clients outside the cluster reach it."""

import re
from dataclasses import dataclass

from settings.checks import require

_ALB_IDLE_MAXIMUM_SECONDS = 4000


@dataclass(frozen=True, kw_only=True)
class PlainHttp:
    """HTTP without names: each service on its own port; gRPC stays inside the cluster."""


@dataclass(frozen=True, kw_only=True)
class Domain:
    """HTTPS with a host name per service below a domain, gRPC included."""

    name: str
    certificate_arn: str | None = None
    """A certificate in ACM, in the system's region, for *.name; if not given, the load balancer
    controller looks for one there that has the names, and makes no load balancer without it."""

    def __post_init__(self) -> None:
        require(
            re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", self.name),
            "domain name",
            self.name,
            "write it like ai.example.com",
        )
        arn = self.certificate_arn
        require(
            arn is None or re.fullmatch(r"arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[\w-]+", arn),
            "domain certificate_arn",
            arn,
            "gRPC through the load balancer needs the ARN of an ACM certificate",
        )

    def check_region(self, region: str) -> None:
        """Raise `SettingError` for a certificate that is not in the load balancer's region."""
        arn = self.certificate_arn
        require(
            arn is None or arn.split(":")[3] == region,
            "domain certificate_arn",
            arn,
            f"the load balancer takes certificates of its own region {region}",
        )


@dataclass(frozen=True, kw_only=True)
class LoadBalancer:
    """One Application Load Balancer for REST, WebSocket and gRPC."""

    names: PlainHttp | Domain
    idle_seconds: int = 3600
    """A quiet WebSocket or gRPC stream is cut after this long; AWS' default is 60."""

    def __post_init__(self) -> None:
        require(
            1 <= self.idle_seconds <= _ALB_IDLE_MAXIMUM_SECONDS,
            "load balancer idle_seconds",
            self.idle_seconds,
            f"an ALB takes 1 to {_ALB_IDLE_MAXIMUM_SECONDS}",
        )
