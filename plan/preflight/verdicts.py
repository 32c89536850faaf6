"""What a check is, and what it can find."""

from dataclasses import dataclass
from typing import Protocol

from plan.preflight.account import Account


@dataclass(frozen=True)
class Ready:
    """It is as the assembly needs it."""

    found: str


@dataclass(frozen=True)
class Missing:
    """A deploy would fail or wait because of it, until the remedy is run."""

    found: str
    remedy: str
    """A command to type, or what to change where no command does it."""


@dataclass(frozen=True)
class Unknown:
    """AWS did not say; the reason is why."""

    reason: str


Verdict = Ready | Missing | Unknown


class Check(Protocol):
    """One question about an account."""

    @property
    def title(self) -> str:
        """Name what is asked for, in a few words."""

    def ask(self, account: Account) -> Verdict:
        """Ask AWS; any error of botocore means that the answer is not known."""


def after(stack: str) -> Missing:
    """Say that something comes with a stack that is not there yet."""
    return Missing(f"after {stack}, which is not deployed", f"npx cdk deploy {stack}")
