"""What the recording rules make."""

from functools import cache

from charts.dubbing.rules import RECORDING_GROUPS
from tests.charts.dubbing.promql import labels_of


@cache
def recorded() -> dict[str, frozenset[str]]:
    """Return the labels of every series that a rule makes; a rule may ask for earlier ones."""
    known: dict[str, frozenset[str]] = {}
    for group in RECORDING_GROUPS:
        for rule in group.rules:
            known[rule.name] = labels_of(rule.expression, known)
    return known
