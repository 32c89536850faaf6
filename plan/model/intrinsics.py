"""Spells what CloudFormation fills in: intrinsic functions become values or `${…}` texts."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SUBSTITUTE = re.compile(r"\$\{([^${}!]+)\}")
"""A name to fill in. Of one within another, which stands for what is not known, the inner."""
_ABSENT = object()
"""Stands where a template says `AWS::NoValue`: the property is not there."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """A value that a stack offers to others, as its template has it."""

    stack: str
    region: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class Template:
    """What must be known to spell the values of one template."""

    region: str
    exports: Mapping[str, Export]
    conditions: Mapping[str, Any]
    exporter: str = ""
    """The stack whose export is being spelled; its resources are named with it."""

    def resolve(self, value: object) -> object:
        """Return a value with its intrinsic functions replaced, as far as that works offline.

        A resource of the template becomes `${LogicalId}` or `${LogicalId.Attribute}`, one of
        another stack `${Stack/LogicalId.Attribute}`; what only AWS knows, `${AWS::AccountId}` or
        `${Fn::Name(…)}`.
        """
        match value:
            case dict() if len(value) == 1:
                ((name, argument),) = value.items()
                if name == "Ref" or name.startswith("Fn::"):
                    return self._call(name, argument)
                return self.mapping(value)
            case dict():
                return self.mapping(value)
            case list():
                items = [self.resolve(item) for item in value]
                return [item for item in items if item is not _ABSENT]
            case _:
                return value

    def text(self, value: object) -> str:
        """Return a value as CloudFormation would put it into a longer text."""
        match self.resolve(value):
            case str(text):
                return text
            case bool(truth):
                return str(truth).lower()
            case int(number) | float(number):
                return str(number)
            case found:
                return _unquoted(found)

    def mapping(self, value: Mapping[str, Any]) -> dict[str, Any]:
        items = ((name, self.resolve(item)) for name, item in value.items())
        return {name: item for name, item in items if item is not _ABSENT}

    def _call(self, name: str, argument: object) -> object:
        spelled: object
        match name, argument:
            case "Ref", str(target):
                spelled = self._reference(target)
            case "Fn::GetAtt", [str(target), attribute]:
                spelled = self._named(f"{target}.{self.text(attribute)}")
            case "Fn::Join", [str(separator), list(parts)]:
                spelled = separator.join(self.text(part) for part in parts)
            case "Fn::Sub", str(text):
                spelled = _SUBSTITUTE.sub(lambda found: str(self._reference(found[1])), text)
            case "Fn::ImportValue", _:
                spelled = self._import(self.text(argument))
            case "Fn::If", [str(condition), *branches] if self._holds(condition) is not None:
                spelled = self.resolve(branches[0 if self._holds(condition) else 1])
            case _:
                spelled = f"${{{name}({self.text(argument)})}}"
        return spelled

    def _reference(self, name: str) -> object:
        match name:
            case "AWS::NoValue":
                return _ABSENT
            case "AWS::Region" if self.region:
                return self.region
            case "AWS::Partition" if self.region:
                return _partition(self.region)
            case "AWS::URLSuffix" if self.region:
                china = _partition(self.region) == "aws-cn"
                return "amazonaws.com.cn" if china else "amazonaws.com"
            case _:
                return self._named(name)

    def _named(self, name: str) -> str:
        local = not self.exporter or "::" in name
        return f"${{{name}}}" if local else f"${{{self.exporter}/{name}}}"

    def _import(self, name: str) -> object:
        if name not in self.exports:
            return f"${{Fn::ImportValue({name})}}"
        export = self.exports[name]
        # Conditions of the exporting stack are left open: a CDK export has none.
        other = Template(
            region=export.region, exports=self.exports, conditions={}, exporter=export.stack
        )
        return other.resolve(export.value)

    def _holds(self, condition: str) -> bool | None:
        """Whether a condition holds; None if that depends on what only AWS knows."""
        match self.conditions.get(condition):
            case {"Fn::Equals": [left, right]}:
                both = self.text(left), self.text(right)
                return None if any("${" in text for text in both) else both[0] == both[1]
        return None


def references(value: object) -> frozenset[str]:
    """Return all that a resolved value names by `${…}`, in whatever depth."""
    match value:
        case str():
            return frozenset(_SUBSTITUTE.findall(value)) if "${" in value else frozenset()
        case dict():
            return frozenset().union(*(references(item) for item in value.values()))
        case list():
            return frozenset().union(*(references(item) for item in value))
    return frozenset()


def _partition(region: str) -> str:
    match region.split("-"):
        case ["cn", *_]:
            return "aws-cn"
        case ["us", "gov", *_]:
            return "aws-us-gov"
    return "aws"


def _unquoted(value: object) -> str:
    """Write a structure without quotation marks, so that it can stand in JSON text."""
    return json.dumps(value, ensure_ascii=False).replace('"', "").replace("\\", "")
