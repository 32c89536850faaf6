"""Edits of what a drill deploys, by name: values of settings, and fields of rendered objects."""

import json
import re
from collections.abc import Mapping, Sequence
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
            name, index = _step(value, step, self)
            value = getattr(value, name) if index is None else getattr(value, name)[index]
        return value


@dataclass(frozen=True, kw_only=True)
class ElementEdit:
    """Another element of a tuple of settings, made from one that is there, or one that goes."""

    system: str
    path: str
    """To the element, as `cluster.node_groups[gpu]`."""
    copied_with: Mapping[str, Any] | None
    """Fields in which the copy differs, its name among them; nothing, if the element goes."""

    def applied(self, systems: Sequence[System]) -> tuple[System, ...]:
        """Return the systems with the edit, checked as every setting is."""
        element = SettingEdit(system=self.system, path=self.path, value=None).current(systems)
        whole = SettingEdit(system=self.system, path=self.path.rpartition("[")[0], value=None)
        if self.copied_with is None:
            value = tuple(one for one in whole.current(systems) if one != element)
        else:
            copied = {name: _as_setting(value) for name, value in self.copied_with.items()}
            value = (*whole.current(systems), replace(element, **copied))
        return replace(whole, value=value).applied(systems)


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


Edit = SettingEdit | ElementEdit | ObjectEdit
_KINDS: tuple[type[Edit], ...] = (SettingEdit, ElementEdit, ObjectEdit)


def write(edits: Sequence[Edit], file: Path) -> None:
    file.write_text(json.dumps([asdict(edit) for edit in edits]))


def read(file: Path) -> list[Edit]:
    """Read each edit as the kind that has its fields."""
    kinds = {frozenset(field.name for field in fields(kind)): kind for kind in _KINDS}
    return [kinds[frozenset(one)](**one) for one in json.loads(file.read_text())]


def _as_setting(value: Any) -> Any:
    """Return a list as the tuple that it is in settings."""
    return tuple(value) if isinstance(value, list) else value


def system_named(systems: Sequence[System], name: str) -> System:
    for system in systems:
        if system.name == name:
            return system
    known = ", ".join(system.name for system in systems)
    message = f"there is no system {name!r}; there are {known}"
    raise EditError(message)


def _replaced(value: Any, path: Sequence[str], edit: SettingEdit) -> Any:
    """Return a copy of a value in which the field at the path has the edit's value."""
    if not path:
        return _as_setting(edit.value)
    name, index = _step(value, path[0], edit)
    old = getattr(value, name)
    if index is None:
        new = _replaced(old, path[1:], edit)
    else:
        new = (*old[:index], _replaced(old[index], path[1:], edit), *old[index + 1 :])
    return replace(value, **{name: new})


def _step(value: Any, step: str, edit: SettingEdit) -> tuple[str, int | None]:
    """Return the field that a step names, and the index of what it names in the field's tuple."""
    known = [field.name for field in fields(value)] if is_dataclass(value) else []
    match = _STEP.fullmatch(step)
    if match is None or match[1] not in known:
        what = f"{type(value).__name__} has no {step}; it has {', '.join(known)}"
        message = f"{edit.system} {edit.path}: {what}"
        raise EditError(message)
    if not match[2]:
        return match[1], None
    names = [getattr(one, "name", "") for one in getattr(value, match[1])]
    if match[2] not in names:
        message = f"{edit.system} {edit.path}: there is no {match[2]!r} in {', '.join(names)}"
        raise EditError(message)
    return match[1], names.index(match[2])
