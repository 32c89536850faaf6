"""Reads the catalog's data files."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


class UnknownFactError(LookupError):
    """The catalog does not know what it was asked for; the message is one sentence."""


@cache
def read(name: str) -> dict[str, Any]:
    """Return the content of one data file of the catalog."""
    content: dict[str, Any] = json.loads(files("catalog").joinpath(name).read_text())
    return content
