"""Edits of what a drill deploys, by name: values of settings, and fields of rendered objects."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from settings.system import System

FILE = "edits.json"
"""Where a copied tree keeps its edits."""
_STEP = re.compile(r"(\w+)(?:\[([\w-]+)\])?")


class EditError(LookupError):
    """An edit names what is not there; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class SettingEdit:
    """Another value of a setting in one environment of a system."""

    system: str
    """`System.name`: the system and its environment."""
    path: str
    """Fields from the system on; `services[tarot]` is the service of that name."""
    value: Any

    def applied(self, systems: Sequence[System]) -> tuple[System, ...]:
        """Return the systems with the edit, checked as every setting is."""
        edited = _replaced(system_named(systems, self.system), self.path.split("."), self)
        return tuple(edited if one.name == self.system else one for one in systems)

    def current(self, systems: Sequence[System]) -> Any:
        value: Any = system_named(systems, self.system)
        for step in self.path.split("."):
            name, key = _parsed(step, self)
            value = _field(value, name, self)
            if key:
                value = value[_index(value, key, self)]
        return value


@dataclass(frozen=True, kw_only=True)
class ObjectEdit:
    """Another value of a field of a rendered Kubernetes object, in whatever chart it is."""

    kind: str
    name: str
    path: str
    """Fields of the object; the last one may be new."""
    value: Any

    def is_of(self, document: Mapping[str, Any]) -> bool:
        return (document["kind"], document["metadata"]["name"]) == (self.kind, self.name)

    def apply(self, document: dict[str, Any]) -> None:
        *path, last = self.path.split(".")
        for field in path:
            if not isinstance(document.get(field), dict):
                message = f"{self.kind} {self.name} has no {field} on the way of {self.path}"
                raise EditError(message)
            document = document[field]
        document[last] = self.value


Edit = SettingEdit | ObjectEdit


def write(edits: Sequence[Edit], file: Path) -> None:
    file.write_text(json.dumps([asdict(edit) for edit in edits]))


def read(file: Path) -> list[Edit]:
    return [
        SettingEdit(**one) if "system" in one else ObjectEdit(**one)
        for one in json.loads(file.read_text())
    ]


def system_named(systems: Sequence[System], name: str) -> System:
    """Return one environment of a system."""
    for system in systems:
        if system.name == name:
            return system
    known = ", ".join(system.name for system in systems)
    message = f"there is no system {name!r}; there are {known}"
    raise EditError(message)


def _replaced(value: Any, path: Sequence[str], edit: SettingEdit) -> Any:
    """Return a copy of a value in which the field at the path has the edit's value."""
    if not path:
        return edit.value
    name, key = _parsed(path[0], edit)
    old = _field(value, name, edit)
    if not key:
        return replace(value, **{name: _replaced(old, path[1:], edit)})
    index = _index(old, key, edit)
    new = (*old[:index], _replaced(old[index], path[1:], edit), *old[index + 1 :])
    return replace(value, **{name: new})


def _parsed(step: str, edit: SettingEdit) -> tuple[str, str | None]:
    match = _STEP.fullmatch(step)
    if match is None:
        message = f"{edit.system} {edit.path}: {step!r} is no field, nor field[name]"
        raise EditError(message)
    return match[1], match[2]


def _field(value: Any, name: str, edit: SettingEdit) -> Any:
    known = [field.name for field in fields(value)] if is_dataclass(value) else []
    if name not in known:
        what = f"{type(value).__name__} has no field {name!r}; it has {', '.join(known)}"
        message = f"{edit.system} {edit.path}: {what}"
        raise EditError(message)
    return getattr(value, name)


def _index(values: Any, key: str, edit: SettingEdit) -> int:
    names = list(_names(values))
    if key not in names:
        message = f"{edit.system} {edit.path}: none is named {key!r}; there are {', '.join(names)}"
        raise EditError(message)
    return names.index(key)


def _names(values: Any) -> Iterator[str]:
    return (str(getattr(value, "name", "")) for value in values)
