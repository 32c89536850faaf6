"""Transfers with short patience, and how they end."""

import os
from collections.abc import Callable, Sequence

import pytest

from containers.model_store.tests.ranges import Answer
from model_store.failure import ExitCode, Failure
from model_store.progress import ByteProgress
from model_store.transfer import worker_pool
from model_store.transfer.fetch import fetch
from model_store.transfer.tasks import FilePart, PresignedUrl
from model_store.transfer.worker import RetryPolicy

CONTENT = bytes(range(256)) * 20

_SHORT = RetryPolicy(attempts=4, corrupt_reads=2, base_delay_s=0.01, max_delay_s=0.02, idle_s=0.5)
_REFUSAL = "<Error><Code>{}</Code><Message>{}</Message><Region>{}</Region></Error>"


def fetch_all(parts: Sequence[FilePart], url_of: Callable[[str], PresignedUrl]) -> None:
    """Fetch the parts, and give up soon."""
    progress = ByteProgress("received", sum(part.size for part in parts))
    lock = os.open("/", os.O_RDONLY)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(worker_pool, "RETRY_POLICY", _SHORT)
            fetch(parts, url_of, progress=progress, lock=lock)
    finally:
        os.close(lock)


def fails(
    parts: Sequence[FilePart], url_of: Callable[[str], PresignedUrl], code: ExitCode, words: str
) -> None:
    """Assert that the transfer fails with this code, in one line that matches the words."""
    with pytest.raises(Failure, match=words) as failure:
        fetch_all(parts, url_of)
    assert failure.value.code is code
    assert "\n" not in failure.value.sentence


def refusal(status: int, code: str, *, message: str = "", region: str = "") -> Answer:
    return Answer(status=status, body=_REFUSAL.format(code, message, region).encode())
