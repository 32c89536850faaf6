"""The ids of runs: DNS labels that sort newest first, and that nobody can guess."""

import re
import secrets
from datetime import UTC, datetime

_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
"""Those of base32 in the order in which S3 sorts them, so that ids sort as their times do."""

_TIME_DIGITS = 9
_LATEST = 32**_TIME_DIGITS - 1
"""Milliseconds until the year 3084; counted down from there, a later run comes first."""

_RANDOM_DIGITS = 16
_RANDOM_BITS = 5 * _RANDOM_DIGITS
ID_PATTERN = rf"m[a-z2-7]{{{_TIME_DIGITS + _RANDOM_DIGITS}}}"
_ID = re.compile(ID_PATTERN)


def new_id(now: datetime) -> str:
    """Return `m`, the time, and 80 random bits (an UUID with a time has 74): 26 characters."""
    time = _LATEST - int(now.timestamp() * 1000)
    return (
        f"m{_encode(time, _TIME_DIGITS)}{_encode(secrets.randbits(_RANDOM_BITS), _RANDOM_DIGITS)}"
    )


def is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text))


def created(run: str) -> datetime:
    """Return the time that an id carries."""
    number = 0
    for digit in run[1 : 1 + _TIME_DIGITS]:
        number = number << 5 | _DIGITS.index(digit)
    return datetime.fromtimestamp((_LATEST - number) / 1000, UTC)


def _encode(number: int, digits: int) -> str:
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(digits)))
