"""Settings that cannot be right, each with all that its author is told.

Every message is one sentence that names the field, the value and what would be right.
"""

from collections.abc import Callable
from typing import NamedTuple

NAME_RULE = (
    "a name has lower-case letters, digits and hyphens, starts with a letter, "
    "and is at most 63 long"
)


class Mistake(NamedTuple):
    """One wrong setting: how somebody would write it, and the whole message."""

    name: str
    write: Callable[[], object]
    message: str
