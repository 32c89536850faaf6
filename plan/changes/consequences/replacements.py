"""What else changes when a resource is replaced, since it names it."""

from collections.abc import Iterator

from plan.changes.consequences.values import some
from plan.changes.nouns import Change, Finding, Replaced, Severity, Topic, about, subject
from plan.changes.replacement import dependents
from plan.changes.sides import Sides


def look(change: Change, sides: Sides) -> Iterator[Finding]:
    """Yield once, at the resource that is replaced for its own sake, what follows it."""
    match change:
        case Replaced(item=item, follows=None):
            followers = list(dependents(item, sides.after.assembly))
            if followers:
                sentence = f"gets another identity, which changes {some(map(subject, followers))}"
                yield about(item, Topic.REPLACEMENT, Severity.INFO, sentence)
