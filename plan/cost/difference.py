"""What a change costs: the lines of two assemblies that are not the same."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from plan.cost.finding import Cost, Line
from plan.model.figures import ZERO, Scale


@dataclass(frozen=True, kw_only=True)
class Change:
    """A line that comes, goes, or costs something else than before."""

    line: Line
    """As it will be, or as it was if it goes."""
    before: Line | None
    after: Line | None

    @property
    def usd(self) -> Scale | None:
        """Return USD per month more than before; None if a price on either side is not known."""
        was = self.before.usd if self.before else ZERO
        will_be = self.after.usd if self.after else ZERO
        return will_be + was * -1 if was and will_be else None


def differences(before: Cost, after: Cost) -> tuple[Change, ...]:
    """Return what differs: what changes and comes, in the order of the lines, then what goes."""
    was, will_be = _by_identity(before), _by_identity(after)
    pairs = [
        pair for identity, lines in will_be.items() for pair in _pairs(was.pop(identity, []), lines)
    ]
    gone = [Change(line=line, before=line, after=None) for lines in was.values() for line in lines]
    return (*pairs, *gone)


def _by_identity(cost: Cost) -> dict[tuple[str, ...], list[Line]]:
    found: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in cost.lines:
        found[line.identity].append(line)
    return dict(found)


def _pairs(before: list[Line], after: list[Line]) -> Iterator[Change]:
    for was, will_be in zip_longest(before, after):
        line = will_be or was
        if was != will_be and line:
            yield Change(line=line, before=was, after=will_be)
