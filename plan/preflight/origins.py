"""Whether browsers may upload from where the front end really is."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from plan.model.assembly import Assembly, Resource
from plan.preflight.account import Account
from plan.preflight.verdicts import Check, Missing, Ready, Verdict

_EXAMPLES = ("example", "example.com", "example.net", "example.org", "invalid", "test")
"""Domains that belong to nobody (RFC 2606)."""


@dataclass(frozen=True, kw_only=True)
class OriginsAreReal:
    """The origins from which a browser may put objects into a bucket."""

    bucket: Resource
    origins: tuple[str, ...]

    @property
    def title(self) -> str:
        path = self.bucket.path.removesuffix("/Resource")
        return f"origins of {self.bucket.stack}/{path}"

    def ask(self, _account: Account) -> Verdict:
        """Look for those that were put in for want of better ones."""
        if made_up := [one for one in self.origins if _is_example(one)]:
            found = f"{', '.join(made_up)} is an example"
            return Missing(found, "put where the front end is served from into the settings")
        return Ready(", ".join(self.origins))


def origins(chosen: Assembly) -> Iterator[Check]:
    """Yield a check for each bucket that lets browsers in."""
    for bucket in chosen.of_type("AWS::S3::Bucket"):
        rules = (bucket.properties.get("CorsConfiguration") or {}).get("CorsRules", ())
        named = tuple(
            dict.fromkeys(str(one) for rule in rules for one in rule.get("AllowedOrigins", ()))
        )
        if named:
            yield OriginsAreReal(bucket=bucket, origins=named)


def _is_example(origin: str) -> bool:
    host = urlsplit(origin).hostname or ""
    return any(host == one or host.endswith(f".{one}") for one in _EXAMPLES)
