"""A cloud assembly: stacks in the order of their deployment, and their resources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from plan.model.failure import PlanError
from plan.model.intrinsics import Export, Template, references
from plan.model.sources import StackSource, read_sources

__all__ = ["Assembly", "PlanError", "Resource", "Stack", "assemble", "read_assembly"]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource of a template, its values spelled as `plan.model.intrinsics` says."""

    stack: str
    logical_id: str
    type: str
    path: str
    """Its construct's path below the stack; the logical id where the template names none."""
    properties: Mapping[str, Any] = field(repr=False, hash=False)
    depends_on: frozenset[str]
    """Logical ids that CloudFormation makes before it: it names them or waits for them."""
    deletion_policy: str | None
    update_replace_policy: str | None

    @property
    def service(self) -> str:
        """Return the outermost construct around it."""
        return self.path.partition("/")[0]


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack with what the assembly says about it."""

    name: str
    region: str
    """Empty where the assembly leaves it to whoever deploys."""
    depends_on: frozenset[str]
    """Stacks that are deployed before it."""
    is_protected: bool
    """Whether CloudFormation refuses to delete it."""
    resources: Mapping[str, Resource] = field(repr=False, hash=False)
    exports: Mapping[str, str] = field(repr=False, hash=False)
    """What other stacks may import: name and `${LogicalId.Attribute}`."""
    imports: frozenset[str] = field(repr=False)
    """Names of the exports that its template asks for."""

    def of_type(self, kind: str) -> list[Resource]:
        """Return the resources of a CloudFormation type, in the order of the template."""
        return [resource for resource in self.resources.values() if resource.type == kind]


@dataclass(frozen=True)
class Assembly:
    """Stacks in the order of their deployment."""

    stacks: tuple[Stack, ...]

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        return tuple(resource for stack in self.stacks for resource in stack.resources.values())

    def stack(self, name: str) -> Stack:
        """Return a stack; raise `PlanError` if there is none of that name."""
        for stack in self.stacks:
            if stack.name == name:
                return stack
        known = ", ".join(stack.name for stack in self.stacks) or "none"
        message = f"stack {name!r} is not in the assembly; it holds {known}"
        raise PlanError(message)

    def only(self, name: str) -> "Assembly":
        """Return a stack and all it depends on; raise `PlanError` if it is not there."""
        wanted = {name}
        waiting = [self.stack(name)]
        while waiting:
            new = waiting.pop().depends_on - wanted
            wanted |= new
            waiting += [self.stack(other) for other in new]
        return Assembly(tuple(stack for stack in self.stacks if stack.name in wanted))

    def of_type(self, kind: str) -> list[Resource]:
        """Return the resources of a CloudFormation type, of all stacks."""
        return [resource for resource in self.resources if resource.type == kind]

    def region_of(self, resource: Resource) -> str:
        """Return where a resource is; empty where the assembly leaves it to whoever deploys."""
        return self.stack(resource.stack).region

    def target(self, stack: str, reference: str) -> Resource | None:
        """Return the resource that a text as `${Id}` or `${Stack/Id.Arn}` names, seen from a stack.

        None for a text that is no single reference, or names a parameter or what only AWS knows.
        """
        match list(references(reference)):
            case [name] if reference == f"${{{name}}}":
                where, _, rest = name.rpartition("/")
                logical_id = rest.partition(".")[0]
                for other in self.stacks:
                    if other.name == (where or stack):
                        return other.resources.get(logical_id)
        return None


def read_assembly(directory: Path) -> Assembly:
    """Read what a synth has written; raise `PlanError` if it is not there or damaged."""
    return assemble(read_sources(directory))


def assemble(sources: Iterable[StackSource]) -> Assembly:
    """Join stacks: order them, and spell their values, which name one another."""
    waiting = {source.name: source for source in sources}
    exports = {
        name: export for source in waiting.values() for name, export in source.exports.items()
    }
    stacks: list[Stack] = []
    while waiting:
        ready = (source for source in waiting.values() if not source.depends_on & waiting.keys())
        source = next(ready, None)
        if source is None:
            message = f"the stacks {', '.join(waiting)} wait for one another"
            raise PlanError(message)
        stacks.append(_stack(waiting.pop(source.name), exports))
    return Assembly(tuple(stacks))


def _stack(source: StackSource, exports: Mapping[str, Export]) -> Stack:
    conditions = source.template.get("Conditions", {})
    template = Template(region=source.region, exports=exports, conditions=conditions)
    try:
        resources = {
            logical_id: _resource(source, logical_id, document, template)
            for logical_id, document in source.template["Resources"].items()
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise source.damaged(error) from error
    return Stack(
        name=source.name,
        region=source.region,
        depends_on=source.depends_on,
        is_protected=source.is_protected,
        resources=resources,
        exports={name: template.text(export.value) for name, export in source.exports.items()},
        imports=source.imports,
    )


def _resource(
    source: StackSource, logical_id: str, document: Mapping[str, Any], template: Template
) -> Resource:
    properties = template.mapping(document.get("Properties", {}))
    named = {name.partition(".")[0] for name in references(properties)}
    declared = document.get("DependsOn", [])
    waited_for = {declared} if isinstance(declared, str) else set(declared)
    path = document.get("Metadata", {}).get("aws:cdk:path", "").partition("/")[2]
    for name in ("Type", "DeletionPolicy", "UpdateReplacePolicy"):
        if not isinstance(document.get(name, ""), str):
            message = f"{name} of {logical_id} is no text"
            raise TypeError(message)
    return Resource(
        stack=source.name,
        logical_id=logical_id,
        type=document["Type"],
        path=path or logical_id,
        properties=properties,
        depends_on=frozenset((named | waited_for) & source.template["Resources"].keys()),
        deletion_policy=document.get("DeletionPolicy"),
        update_replace_policy=document.get("UpdateReplacePolicy"),
    )
