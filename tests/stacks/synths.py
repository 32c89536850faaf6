"""The application, synthesized once for all tests, as it is and with other settings."""

import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import aws_cdk as cdk
import pytest

from app import build_app
from plan.model.assembly import Assembly, Resource, Stack, assemble
from plan.model.sources import read_sources
from settings import systems
from settings.system import System, folder_of

_CONTEXT = json.loads(Path("cdk.json").read_text())["context"]
_OF_TESTS = {
    "aws:cdk:enable-path-metadata": True,  # by its path a resource is found
    "aws:cdk:disable-asset-staging": True,  # else each synth copies 60 MB
}


def cases_of(system: type[System]) -> ModuleType:
    """Return what the shared tests must know of a system; one without such a module fails."""
    return importlib.import_module(f"tests.stacks.{folder_of(system)}.cases")


def parts_of(system: type[System]) -> tuple[str, ...]:
    """Return what the names of an environment's stacks end with; the last is the workloads'."""
    keeps_data = importlib.util.find_spec(f"stacks.{folder_of(system)}.data")
    return ("Network", *(["Data"] if keeps_data else []), "Cluster", "")


ENVIRONMENTS = systems.systems()
"""Those that the application makes by itself."""
ALTERNATIVES: tuple[System, ...] = tuple(
    alternative for system in systems.SYSTEMS for alternative in cases_of(system).ALTERNATIVES
)
EVERY = (*ENVIRONMENTS, *ALTERNATIVES)
REGISTRIES = tuple(map(systems.registry_stack, systems.SYSTEMS))
STACKS = (
    *REGISTRIES,
    *(f"{system.name}{part}" for system in EVERY for part in parts_of(type(system))),
)


def each(environments: Sequence[System]) -> pytest.MarkDecorator:
    """Run a test for each environment; there must be one."""
    assert environments
    return pytest.mark.parametrize("system", environments, ids=lambda system: system.name)


every_system = each(EVERY)
every_environment = each(ENVIRONMENTS)
every_disposable = each([system for system in ENVIRONMENTS if not system.retained])
every_stack = pytest.mark.parametrize("name", STACKS)


@dataclass(frozen=True, kw_only=True)
class Synth:
    """What one synth has written."""

    assembly: Assembly
    templates: Mapping[str, Mapping[str, Any]]
    """As they are, by stack."""
    warnings: Mapping[str, tuple[str, ...]]


@contextmanager
def as_the_cli_does(directory: str) -> Iterator[None]:
    """Give an app its context and the place of its assembly.

    The CDK CLI does it by environment variables, but here the jsii kernel, which reads them, has
    long been running.
    """
    app = partial(cdk.App, context=_CONTEXT | _OF_TESTS, outdir=directory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cdk, "App", app)
        yield


def synthesize(environments: Sequence[System], *, validate: bool = False) -> Synth:
    """Synthesize some environments; fails on whatever the validation finds."""
    with TemporaryDirectory() as name, as_the_cli_does(name):
        build_app(environments, validate=validate).synth()
        directory = Path(name)
        sources = read_sources(directory)
        return Synth(
            # What depends on the region stays open, so that no partition is taken for granted.
            assembly=assemble(replace(source, region="") for source in sources),
            templates={source.name: source.template for source in sources},
            warnings={source.name: _warnings(directory, source.name) for source in sources},
        )


def _warnings(directory: Path, stack: str) -> tuple[str, ...]:
    metadata = json.loads((directory / f"{stack}.metadata.json").read_text())
    return tuple(
        entry["data"]
        for entries in metadata.values()
        for entry in entries
        if entry["type"] == "aws:cdk:warning"
    )


def everything() -> Synth:
    """Return the synth of all environments and alternatives, validated."""
    match _outcome():
        case Synth() as made:
            return made
        case failure:
            pytest.fail(f"the application does not synthesize: {failure}", pytrace=False)


@cache
def _outcome() -> Synth | RuntimeError | ValueError:
    """Return the synth or why there is none, so that a failure costs one synth as well."""
    try:
        return synthesize(EVERY, validate=True)
    except (RuntimeError, ValueError) as failure:
        return failure


def stack(system: System, part: str = "") -> Stack:
    """Return a stack of an environment; the workloads' if no part is named."""
    return everything().assembly.stack(f"{system.name}{part}")


def the(stack: Stack, kind: str, path: str = "") -> Resource:
    """Return a stack's one resource of a type, or the one whose path begins so."""
    (found,) = [one for one in stack.of_type(kind) if f"{one.path}/".startswith(path)]
    return found


def reference(resource: Resource, attribute: str = "", *, seen_from: str) -> str:
    """Write how a stack refers to a resource, its own or another's."""
    where = "" if resource.stack == seen_from else f"{resource.stack}/"
    return f"${{{where}{resource.logical_id}{attribute and f'.{attribute}'}}}"


def required_by(resource: Resource) -> set[Resource]:
    """Return all that stands before a resource and goes after it.

    That is what it names or waits for, in turn, and every stack below its own.
    """
    *below, own = everything().assembly.only(resource.stack).stacks
    needed: set[str] = set()
    waiting = [resource]
    while waiting:
        new = waiting.pop().depends_on - needed
        needed |= new
        waiting += [own.resources[name] for name in new]
    return {own.resources[name] for name in needed} | {
        other for stack in below for other in stack.resources.values()
    }
