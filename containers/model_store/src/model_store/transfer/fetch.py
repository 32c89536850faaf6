"""Downloads parts with as many processes and connections as pay off."""

import shutil
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import closing

from model_store.failure import ExitCode, Failure
from model_store.progress import ByteProgress, megabytes
from model_store.transfer.tasks import (
    FilePart,
    PartDone,
    PartFailed,
    PresignedUrl,
    Retrying,
    Task,
    UrlExpired,
)
from model_store.transfer.worker_pool import WorkerPool

_REPORT_TIMEOUT_S = 1.0
_RENEWALS = 3
"""Of the URL of one part; a URL that is new cannot have expired but by a wrong clock."""


def fetch(
    parts: Sequence[FilePart],
    url_of: Callable[[str], PresignedUrl],
    *,
    progress: ByteProgress,
    lock: int,
) -> None:
    """Write every part into its file, and verify it; flushing to the disk has only begun.

    `url_of` is called with `FilePart.name`, and again when a URL has expired. `lock` is the
    descriptor of the volume's lock, which the workers inherit. Raises `Failure`; parts that are
    complete stay.
    """
    with closing(WorkerPool(lock)) as pool:
        fetch_with(pool, parts, url_of, progress=progress)


def fetch_with(
    pool: WorkerPool,
    parts: Sequence[FilePart],
    url_of: Callable[[str], PresignedUrl],
    *,
    progress: ByteProgress,
) -> None:
    """Do the same with workers that were started before, while there was nothing to do yet."""
    _Transfer(parts, url_of, progress).run(pool)


class _Transfer:
    """Which parts are missing, and the presigned URL of each object."""

    def __init__(
        self,
        parts: Sequence[FilePart],
        url_of: Callable[[str], PresignedUrl],
        progress: ByteProgress,
    ) -> None:
        self._parts = parts
        self._url_of = url_of
        self._progress = progress
        self._urls: dict[str, PresignedUrl] = {}
        self._renewals: Counter[int] = Counter()
        self._retries = 0
        # In no order that means anything: small files among the large ones, so that the
        # connections that wait for a first byte and those that carry many are always mixed.
        self._waiting = deque(sorted(range(len(parts)), key=lambda number: parts[number].sha256))
        self._missing = set(self._waiting)

    def run(self, pool: WorkerPool) -> None:
        note = ""
        while self._missing:
            while self._waiting and pool.has_capacity:
                pool.submit(self._task(self._waiting.popleft()))
            for report in pool.reports(_REPORT_TIMEOUT_S):
                match report:
                    case PartDone(number=number):
                        self._missing.remove(number)
                        self._progress.add(self._parts[number].size)
                    case UrlExpired(number=number):
                        self._renew(number)
                    case Retrying(reason=reason):
                        self._retries += 1
                        note = f"retries: {self._retries}, the last because {reason}"
                    case PartFailed():
                        raise self._failure(report)
            self._progress.add(note=note)

    def _task(self, number: int) -> Task:
        part = self._parts[number]
        if part.name not in self._urls:
            self._urls[part.name] = self._url_of(part.name)
        return Task(number=number, part=part, url=self._urls[part.name])

    def _renew(self, number: int) -> None:
        name = self._parts[number].name
        self._renewals[number] += 1
        if self._renewals[number] > _RENEWALS:
            sentence = f"cannot read {name}: the server takes every new URL for expired"
            raise Failure(ExitCode.NOT_PERMITTED, f"{sentence}; is the clock right here?")
        self._urls.pop(name, None)
        self._waiting.appendleft(number)

    def _failure(self, failed: PartFailed) -> Failure:
        if failed.code is not ExitCode.DISK:
            return Failure(failed.code, failed.sentence)
        # The parts are of one volume.
        free = shutil.disk_usage(self._parts[0].target.parent).free
        needed = sum(self._parts[number].size for number in self._missing)
        space = f"{megabytes(needed)} are missing and {megabytes(free)} are free"
        return Failure(ExitCode.DISK, f"{failed.sentence}; {space}")
