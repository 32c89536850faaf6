"""What differs between two assemblies, object by object and field by field, and its risks."""

from plan.changes.before import read_before
from plan.changes.comparison import compare, part_before
from plan.changes.nouns import (
    Added,
    Change,
    Changed,
    Changes,
    Field,
    Removed,
    Replaced,
    Risk,
    Severity,
    Topic,
    subject,
)
from plan.changes.text import as_lines, difference

__all__ = [
    "Added",
    "Change",
    "Changed",
    "Changes",
    "Field",
    "Removed",
    "Replaced",
    "Risk",
    "Severity",
    "Topic",
    "as_lines",
    "compare",
    "difference",
    "part_before",
    "read_before",
    "subject",
]
