"""The ids of runs: DNS labels that sort newest first, and that nobody can guess."""

import re
import secrets
from datetime import UTC, datetime

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
"""Base32 whose digits sort as their values do (RFC 4648's base32hex, in lower case)."""

_TIME_DIGITS = 9
_LATEST = 32**_TIME_DIGITS - 1
"""Milliseconds until the year 3084; counted down from there, a later run comes first."""

_RANDOM_DIGITS = 26
_RANDOM_BITS = 128
ID_PATTERN = rf"m[0-9a-v]{{{_TIME_DIGITS + _RANDOM_DIGITS}}}"
_ID = re.compile(ID_PATTERN)


def new_id(now: datetime) -> str:
    """Return `m`, the time, 128 random bits: 36 characters."""
    time = _LATEST - int(now.timestamp() * 1000)
    random = secrets.randbits(_RANDOM_BITS)
    return f"m{_encode(time, _TIME_DIGITS)}{_encode(random, _RANDOM_DIGITS)}"


def is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text))


def created(run: str) -> datetime:
    """Return the time that an id carries."""
    milliseconds = _LATEST - int(run[1 : 1 + _TIME_DIGITS], 32)
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _encode(number: int, digits: int) -> str:
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(digits)))
