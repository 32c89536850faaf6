"""A cloud assembly as CloudFormation sees it: templates, and what refers to what in them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

_REFERENCE = re.compile(r"\$\{([\w:.-]+)\}")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource of a template; `path` is the construct's, below its stack."""

    stack: str
    logical_id: str
    path: str
    document: Mapping[str, Any] = field(repr=False)

    @property
    def type(self) -> str:
        """Return its CloudFormation type."""
        return str(self.document["Type"])

    @property
    def properties(self) -> Mapping[str, Any]:
        """Return its properties."""
        properties: Mapping[str, Any] = self.document.get("Properties", {})
        return properties

    @property
    def is_retained(self) -> bool:
        """Whether it outlives its stack, and a replacement."""
        policies = {self.document.get(f"{event}Policy") for event in ("Deletion", "UpdateReplace")}
        return policies == {"Retain"}


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A template with what the assembly says about it."""

    name: str
    template: Mapping[str, Any] = field(repr=False)
    depends_on: frozenset[str]
    """Stacks that are deployed before it and destroyed after it."""
    is_protected: bool
    warnings: tuple[str, ...]

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Return all resources, in the order of the template."""
        return tuple(
            Resource(
                stack=self.name,
                logical_id=logical_id,
                path=document.get("Metadata", {}).get("aws:cdk:path", "").partition("/")[2],
                document=document,
            )
            for logical_id, document in self.template["Resources"].items()
        )

    def of_type(self, kind: str) -> list[Resource]:
        """Return the resources of a CloudFormation type."""
        return [resource for resource in self.resources if resource.type == kind]

    def the(self, kind: str, path: str = "") -> Resource:
        """Return the one resource of a type, or the one whose path begins so."""
        (found,) = [r for r in self.of_type(kind) if f"{r.path}/".startswith(path)]
        return found


class Assembly:
    """Every stack of one synth."""

    def __init__(self, stacks: Sequence[Stack]) -> None:
        self.stacks = {stack.name: stack for stack in stacks}
        self._exports = {
            output["Export"]["Name"]: (stack.name, output["Value"])
            for stack in stacks
            for output in stack.template.get("Outputs", {}).values()
            if "Export" in output
        }

    def spell(self, stack: str, value: Any) -> str:
        """Write a value as one text, what CloudFormation fills in as `${Stack.LogicalId.Arn}`."""
        match value:
            case {"Fn::ImportValue": str(name)}:
                return self.spell(*self._exports[name])
            case {"Ref": str(name)}:
                return f"${{{name if '::' in name else f'{stack}.{name}'}}}"
            case {"Fn::GetAtt": [name, attribute]}:
                return f"${{{stack}.{name}.{attribute}}}"
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(self.spell(stack, part) for part in parts)
            case str():
                return value
        message = f"{stack} has a value of unknown form: {value!r}"
        raise TypeError(message)

    def relies_on(self, resource: Resource) -> set[tuple[str, str]]:
        """Return stack and logical id of all that stands before a resource and goes after it.

        That is what it names or waits for, in turn, and every stack below its own.
        """
        return self._needed_in_stack(resource) | {
            (below, other.logical_id)
            for below in self.below(resource.stack)
            for other in self.stacks[below].resources
        }

    def below(self, stack: str) -> set[str]:
        """Return the stacks that a stack stands on."""
        direct = self.stacks[stack].depends_on
        return set(direct).union(*(self.below(other) for other in direct))

    def _needed_in_stack(self, resource: Resource) -> set[tuple[str, str]]:
        documents = self.stacks[resource.stack].template["Resources"]
        needed: set[str] = set()
        waiting = [resource.logical_id]
        while waiting:
            for name in set(_names(documents[waiting.pop()])) & documents.keys() - needed:
                needed.add(name)
                waiting.append(name)
        return {(resource.stack, name) for name in needed}


def read(directory: Path) -> Assembly:
    """Read a cloud assembly that a synth has written."""
    artifacts = json.loads((directory / "manifest.json").read_text())["artifacts"]
    return Assembly(
        [
            _stack(directory, name, artifact, artifacts)
            for name, artifact in artifacts.items()
            if artifact["type"] == "aws:cloudformation:stack"
        ]
    )


def _stack(
    directory: Path, name: str, artifact: Mapping[str, Any], artifacts: Mapping[str, Any]
) -> Stack:
    metadata = json.loads((directory / artifact["additionalMetadataFile"]).read_text())
    return Stack(
        name=name,
        template=json.loads((directory / artifact["properties"]["templateFile"]).read_text()),
        depends_on=frozenset(
            other
            for other in artifact.get("dependencies", [])
            if artifacts[other]["type"] == "aws:cloudformation:stack"
        ),
        is_protected=artifact["properties"]["terminationProtection"],
        warnings=tuple(
            entry["data"]
            for entries in metadata.values()
            for entry in entries
            if entry["type"] == "aws:cdk:warning"
        ),
    )


def _names(value: Any) -> Iterator[str]:
    """Yield the logical ids in a part of a template."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from (name.partition(".")[0] for name in _REFERENCE.findall(text))
        case dict():
            before = value.get("DependsOn", [])
            yield from [before] if isinstance(before, str) else before
            for part in value.values():
                yield from _names(part)
        case list():
            for part in value:
                yield from _names(part)
