"""What a namespace may take altogether: pods beyond it are refused, not kept waiting."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from plan.model.quantities import CPU, MEMORY, PODS, Amounts, amount
from plan.model.requests import limits, requests
from plan.model.selectors import Document

_ALIASES = {CPU: f"requests.{CPU}", MEMORY: f"requests.{MEMORY}"}
"""Short names of quotas for what pods request."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Quota:
    """A ResourceQuota, as far as it is about pods."""

    name: str
    hard: Amounts
    """By its own keys, as `requests.cpu`."""

    def exceeded(self, used: Mapping[str, int], more: Amounts) -> list[str]:
        """Return the keys for which what is used and something more are too much."""
        return [
            key for key, most in self.hard.items() if used.get(key, 0) + more.get(key, 0) > most
        ]


def quota(name: str, document: Document) -> Quota:
    """Read a ResourceQuota; raise `PlanError` for what is no quantity."""
    hard = (document.get("spec") or {}).get("hard") or {}
    return Quota(
        name=name,
        hard={
            _ALIASES.get(key, key): amount(key.rpartition(".")[2], text)
            for key, text in hard.items()
            if key in {PODS, *_ALIASES} or key.partition(".")[0] in {"requests", "limits"}
        },
    )


def charged(spec: Document) -> dict[str, int]:
    """Return what a pod counts for, by the keys of quotas."""
    found = Counter({PODS: 1})
    found.update({f"requests.{name}": asked for name, asked in requests(spec).items()})
    found.update({f"limits.{name}": most for name, most in limits(spec).items()})
    return dict(found)
