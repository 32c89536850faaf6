"""How a setting that cannot be right says so."""

import re
from collections.abc import Sequence

_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_HIGHEST_PORT = 65535


class SettingError(ValueError):
    """A setting is wrong; the message names the field, the value and what would be right."""


def require(condition: object, field: str, value: object, wanted: str) -> None:
    """Raise `SettingError` unless the condition holds."""
    if not condition:
        message = f"{field} is {value!r}: {wanted}"
        raise SettingError(message)


def require_name(field: str, value: str) -> None:
    """Raise `SettingError` unless the value is a legal Kubernetes object name (RFC 1035)."""
    require(
        _NAME.fullmatch(value),
        field,
        value,
        "a name has lower-case letters, digits and hyphens, starts with a letter, "
        "and is at most 63 long",
    )


def require_port(field: str, value: int) -> None:
    """Raise `SettingError` unless a program can listen there."""
    require(0 < value <= _HIGHEST_PORT, field, value, f"must be from 1 to {_HIGHEST_PORT}")


def require_unique(field: str, values: Sequence[str]) -> None:
    """Raise `SettingError` if a value stands twice in the list."""
    for value in values:
        require(values.count(value) == 1, field, value, "each must be given once")
