"""Reads a cloud assembly: which stacks there are, where they go, what they rely on."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rehearsal.cloud.guard import ACCOUNT
from rehearsal.command.failure import UpError


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack of the assembly."""

    name: str
    region: str
    relies_on: tuple[str, ...]


def read_stacks(assembly: Path) -> dict[str, Stack]:
    """Return the stacks by name; raise `UpError` for one that is bound to another account."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    stacks = {}
    for name, artifact in artifacts.items():
        if artifact["type"] != "aws:cloudformation:stack":
            continue
        # aws://ACCOUNT/REGION, where an open account is spelled unknown-account.
        place = urlsplit(artifact["environment"])
        if place.netloc not in (ACCOUNT, "unknown-account"):
            message = (
                f"stack {name} is bound to account {place.netloc}, so it cannot be rehearsed: "
                f"leave the account open, or let it be {ACCOUNT} here"
            )
            raise UpError(message)
        relies_on = tuple(
            other
            for other in artifact.get("dependencies", ())
            if artifacts[other]["type"] == artifact["type"]
        )
        region = place.path.strip("/")
        stacks[name] = Stack(name=name, region=region, relies_on=relies_on)
    return stacks


def with_foundations(stacks: dict[str, Stack], name: str) -> list[Stack]:
    """Return a stack after all that it relies on; raise `UpError` if it does not exist."""
    if name not in stacks:
        message = f"there is no stack {name!r}; there are {', '.join(sorted(stacks))}"
        raise UpError(message)
    ordered: dict[str, Stack] = {}

    def visit(names: Iterable[str]) -> None:
        for one in names:
            visit(stacks[one].relies_on)
            ordered.setdefault(one, stacks[one])

    visit([name])
    return list(ordered.values())
