"""Transfers with short patience, and how they end."""

import os
from collections.abc import Callable, Sequence

import pytest

from containers.model_store.tests.ranges import Answer
from model_store.failure import ExitCode, Failure
from model_store.progress import Progress
from model_store.transfer import crew
from model_store.transfer.fetch import fetch
from model_store.transfer.patience import Patience
from model_store.transfer.source import Part, Source

CONTENT = bytes(range(256)) * 20

_SHORT = Patience(attempts=4, readings=2, first_pause=0.01, longest_pause=0.02, silence=0.5)
_REFUSAL = "<Error><Code>{}</Code><Message>{}</Message><Region>{}</Region></Error>"


def fetch_all(parts: Sequence[Part], source_of: Callable[[str], Source]) -> None:
    """Fetch the parts, and give up soon."""
    progress = Progress("received", sum(part.size for part in parts))
    lock = os.open("/", os.O_RDONLY)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(crew, "PATIENCE", _SHORT)
            fetch(parts, source_of, progress=progress, lock=lock)
    finally:
        os.close(lock)


def fails(
    parts: Sequence[Part], source_of: Callable[[str], Source], code: ExitCode, words: str
) -> None:
    """Assert that the transfer fails with this code, in one line that matches the words."""
    with pytest.raises(Failure, match=words) as failure:
        fetch_all(parts, source_of)
    assert failure.value.code is code
    assert "\n" not in failure.value.sentence


def refusal(status: int, code: str, *, message: str = "", region: str = "") -> Answer:
    """Return an answer as S3 refuses."""
    return Answer(status=status, body=_REFUSAL.format(code, message, region).encode())
