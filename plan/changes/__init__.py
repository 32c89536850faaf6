"""What differs between two assemblies, object by object and field by field, and what follows."""

from plan.changes.before import read_before
from plan.changes.comparison import compare, part_before
from plan.changes.nouns import (
    Added,
    Change,
    Changed,
    Changes,
    Field,
    Finding,
    Removed,
    Replaced,
    Severity,
    Topic,
    subject,
)
from plan.changes.terminal import as_lines

__all__ = [
    "Added",
    "Change",
    "Changed",
    "Changes",
    "Field",
    "Finding",
    "Removed",
    "Replaced",
    "Severity",
    "Topic",
    "as_lines",
    "compare",
    "part_before",
    "read_before",
    "subject",
]
