"""A planted fault, and the layer that must name it."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Layer(Enum):
    """What can catch a fault, in the order in which a change meets them."""

    SYNTH = "synth"
    """Settings, the application or its validation refuse it: no template is deployed."""
    PLAN = "plan"
    """`python -m plan --before` says that something is risky, or that pods find no node."""
    TEST = "test"
    """A test that states a relation, or that runs something."""
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Catcher:
    """The layer that stops a fault, and how it is known that it means this one."""

    layer: Layer
    says: str = ""
    """Part of the sentence that the layer prints; of a test, its node."""


def synth(says: str) -> Catcher:
    return Catcher(layer=Layer.SYNTH, says=says)


def plan(says: str) -> Catcher:
    return Catcher(layer=Layer.PLAN, says=says)


def relation(node: str) -> Catcher:
    return Catcher(layer=Layer.TEST, says=node)


NOBODY = Catcher(layer=Layer.NOBODY)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A small edit of one file, and what must catch it."""

    name: str
    """What is wrong then, in a few words."""
    kind: str
    path: str
    old: str
    """Text that stands in the file exactly once."""
    new: str
    caught: Catcher
    system: str
    """Whose assembly is looked at, one in which the edit can be seen."""

    def spoil(self, root: Path) -> str:
        """Return the file as it would be with the fault; raise `OutdatedError` if it has moved."""
        text = (root / self.path).read_text()
        found = text.count(self.old)
        if found != 1:
            message = f"{self.name}: outdated, {self.path} has {self.old!r} {found} times"
            raise OutdatedError(message)
        return text.replace(self.old, self.new)


class OutdatedError(ValueError):
    """The text that a fault replaces is no longer there; the message is one sentence."""
