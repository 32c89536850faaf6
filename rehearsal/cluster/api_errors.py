"""Errors of the API server that are no faults where they are expected."""

from collections.abc import Iterator
from contextlib import contextmanager

from lightkube import ApiError

FORBIDDEN = 403
NOT_FOUND = 404
CONFLICT = 409
"""Exists already, or was changed since it was read."""


@contextmanager
def suppress_codes(*codes: int) -> Iterator[None]:
    """Go on after an answer with one of these codes; any other is raised."""
    try:
        yield
    except ApiError as error:
        if error.status.code not in codes:
            raise
