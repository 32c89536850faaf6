"""How a CloudFormation resource type is added to the emulator."""

# ruff: noqa: SLF001 - the emulator offers no public joints

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ministack.core.responses import get_region
from ministack.services.cloudformation import provisioners, stacks

from rehearsal.cloud.clients import aws_client

_LONGEST_STEM, _NAME_BYTES = 48, 6

Properties = Mapping[str, Any]
"""What the template says about a resource, references resolved."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a handler made: its physical id, and what `Fn::GetAtt` may ask for."""

    physical_id: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Handler:
    """Makes, changes and unmakes the resources of one type.

    Without `update` a changed resource is replaced: the new one is made before the old one goes.
    `name` is the property that CloudFormation fills where the template leaves it out.
    """

    create: Callable[[Properties], Made]
    delete: Callable[[str, Properties], None]
    update: Callable[[str, Properties, Properties], Made] | None = None
    name: str | None = None


def register(resource_type: str, handler: Handler) -> None:
    """Let the emulator handle a type of ours."""

    def create(logical_id: str, properties: Properties, _stack: str) -> tuple[str, Any]:
        given = {handler.name: _drawn_name(logical_id)} if handler.name else {}
        return _as_tuple(handler.create(given | dict(properties)))

    entry: dict[str, Any] = {"create": create, "delete": handler.delete}
    if (update := handler.update) is not None:

        def change(physical_id: str, old: Properties, new: Properties, _stack: str) -> Any:  # noqa: ANN401
            return _as_tuple(update(physical_id, old, new))

        entry["update"] = change
    provisioners._RESOURCE_HANDLERS[resource_type] = entry
    run_beside(resource_type)


_beside: set[str] = set()


def run_beside(resource_type: str) -> None:
    """Let handlers of a type block: they run on a thread of their own, not on the event loop."""
    if not _beside:
        of_emulator = stacks._runs_on_worker_thread
        stacks._runs_on_worker_thread = lambda name: name in _beside or of_emulator(name)
    _beside.add(resource_type)


def is_true(value: bool | str) -> bool:  # noqa: FBT001 - that is what templates hold
    """Read a truth value of a template, which may have become a string on the way."""
    return str(value).lower() == "true"


def aws(service: str) -> Any:  # noqa: ANN401 - boto3 ships no types
    """Return a client for the emulator itself, in the region of the stack being deployed."""
    return _client(service, get_region())


@cache
def _client(service: str, region: str) -> Any:  # noqa: ANN401
    return aws_client(service, region)


def _drawn_name(logical_id: str) -> str:
    return f"{logical_id[:_LONGEST_STEM]}-{secrets.token_hex(_NAME_BYTES)}"


def _as_tuple(made: Made) -> tuple[str, dict[str, Any]]:
    return made.physical_id, dict(made.attributes)
