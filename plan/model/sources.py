"""Stacks as a synth has written them, their templates not yet spelled out."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plan.model.failure import PlanError
from plan.model.intrinsics import Export

_STACK = "aws:cloudformation:stack"
_NO_REGION = "unknown-region"


@dataclass(frozen=True, kw_only=True)
class StackSource:
    """A stack as it was written or downloaded."""

    name: str
    region: str
    """Empty where the assembly leaves it to whoever deploys."""
    depends_on: frozenset[str]
    is_protected: bool
    template: Mapping[str, Any] = field(repr=False, hash=False)

    @property
    def exports(self) -> dict[str, Export]:
        """Return what it offers to other stacks, by name; raise `PlanError` if it is damaged."""
        try:
            return {
                str(output["Export"]["Name"]): Export(
                    stack=self.name, region=self.region, value=output["Value"]
                )
                for output in self.template.get("Outputs", {}).values()
                if "Export" in output
            }
        except (AttributeError, KeyError, TypeError) as error:
            raise self.damaged(error) from error

    @property
    def imports(self) -> frozenset[str]:
        """Return the names of the exports that it asks for."""
        return frozenset(_imports(self.template))

    def damaged(self, error: Exception) -> PlanError:
        """Return the error that says that its template is not as CloudFormation wants it."""
        return PlanError(f"the template of stack {self.name} is damaged: {error!r}")


def read_sources(directory: Path) -> list[StackSource]:
    """Read the stacks of a cloud assembly; raise `PlanError` if one is missing or damaged."""
    manifest = directory / "manifest.json"
    if not manifest.is_file():
        message = (
            f"{directory} is no cloud assembly: it has no manifest.json, `cdk synth` makes one"
        )
        raise PlanError(message)
    artifacts = _read(manifest).get("artifacts", {})
    try:
        names = [name for name, artifact in artifacts.items() if artifact["type"] == _STACK]
        return [_source(directory, name, artifacts[name], names) for name in names]
    except (AttributeError, KeyError, TypeError) as error:
        message = f"{manifest} is damaged, make it again with `cdk synth`: {error!r}"
        raise PlanError(message) from error


def _source(
    directory: Path, name: str, artifact: Mapping[str, Any], stacks: Iterable[str]
) -> StackSource:
    properties = artifact["properties"]
    region = artifact["environment"].rpartition("/")[2]
    return StackSource(
        name=name,
        region="" if region == _NO_REGION else region,
        depends_on=frozenset(artifact.get("dependencies", [])) & frozenset(stacks),
        is_protected=bool(properties.get("terminationProtection")),
        template=_read(directory / properties["templateFile"]),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError as error:
        message = f"{path} is missing: the assembly is damaged, make it again with `cdk synth`"
        raise PlanError(message) from error
    except (OSError, ValueError) as error:
        message = f"{path} is damaged, make it again with `cdk synth`: {error}"
        raise PlanError(message) from error
    if not isinstance(content, dict):
        message = f"{path} is damaged: it holds no JSON object, make it again with `cdk synth`"
        raise PlanError(message)
    return content


def _imports(value: object) -> Iterator[str]:
    match value:
        case {"Fn::ImportValue": str(name)}:
            yield name
        case dict():
            for item in value.values():
                yield from _imports(item)
        case list():
            for item in value:
                yield from _imports(item)
