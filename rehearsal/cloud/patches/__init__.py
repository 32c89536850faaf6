"""Patches of the emulator: what it does otherwise than AWS, one module for each patched service.

Each patch was written for one text of the emulator's source. Where that text has changed, the
emulator does not start, and one sentence says which patch is to be read again.
"""

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from types import ModuleType
from typing import Any

ABSENT = "absent"
"""The fingerprint of what the emulator does not have."""
_DIGITS = 12

_originals: dict[str, Any] = {}
"""What was there before a patch, by the patch's name: a patch may be applied again."""


class PatchError(RuntimeError):
    """A patch does not fit this version of the emulator; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class Patch:
    """Replaces an attribute of one of the emulator's modules, or an entry of a mapping there."""

    module: ModuleType
    attribute: str
    keys: tuple[str, ...] = ()
    """Where the attribute is a mapping: the keys of the entry."""
    fingerprint: str
    """`fingerprint_of` what the patch was written for."""
    corrects: str
    """What the emulator does otherwise than AWS, as a sentence without its end."""
    upstream: str
    """Where and how it should be corrected instead."""
    replacement: Callable[[Any], Any]
    """Makes the new value from the original."""

    @property
    def name(self) -> str:
        return ".".join((self.module.__name__, self.attribute, *self.keys))

    def check(self) -> None:
        """Raise `PatchError` if the emulator is another than the patch was written for."""
        found = fingerprint_of(_originals.get(self.name, self._current()))
        if found != self.fingerprint:
            message = (
                f"the patch of {self.name} ({self.corrects}) was written for the fingerprint "
                f"{self.fingerprint}, but in ministack {version('ministack')} it is {found}: read "
                f"it, and adapt or remove the patch in {self.replacement.__module__}"
            )
            raise PatchError(message)

    def apply(self) -> None:
        original = _originals.setdefault(self.name, self._current())
        value = self.replacement(original)
        if not self.keys:
            setattr(self.module, self.attribute, value)
            return
        holder = getattr(self.module, self.attribute)
        for key in self.keys[:-1]:
            holder = holder[key]
        holder[self.keys[-1]] = value

    def _current(self) -> Any:  # noqa: ANN401 - anything of the emulator's, which has no types
        found = getattr(self.module, self.attribute, ABSENT)
        for key in self.keys:
            found = found.get(key, ABSENT) if isinstance(found, dict) else ABSENT
        return found


def private(module: ModuleType, name: str) -> Any:  # noqa: ANN401 - the emulator has no types
    """Return a private attribute that we read; raise `PatchError` if it is not there any more."""
    if not hasattr(module, name):
        message = f"ministack {version('ministack')} has no {module.__name__}.{name} for us to read"
        raise PatchError(message)
    return getattr(module, name)


def fingerprint_of(found: object) -> str:
    """Return the first digits of the SHA-256 of a function's source, or the name of a type."""
    if found is ABSENT:
        return ABSENT
    if inspect.isfunction(found):
        return hashlib.sha256(inspect.getsource(found).encode()).hexdigest()[:_DIGITS]
    return type(found).__name__


def apply(patches: Sequence[Patch]) -> None:
    """Apply all patches, or none: raise `PatchError` for the first that does not fit."""
    for patch in patches:
        patch.check()
    for patch in patches:
        patch.apply()
