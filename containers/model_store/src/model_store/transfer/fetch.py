"""The one way in: fetches parts with as many processes and connections as pay off."""

import shutil
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import closing

from model_store.failure import ExitCode, Failure
from model_store.progress import Progress, megabytes
from model_store.transfer.crew import Crew
from model_store.transfer.messages import Arrived, Expired, GivenUp, Retried, Task
from model_store.transfer.source import Part, Source

_SECONDS_BETWEEN_LOOKS = 1.0
_RENEWALS = 3
"""Of the URL of one part; a URL that is new cannot have expired but by a wrong clock."""


def fetch(
    parts: Sequence[Part],
    source_of: Callable[[str], Source],
    *,
    progress: Progress,
    lock: int,
) -> None:
    """Write every part into its file, and verify it; flushing to the disk has only begun.

    `source_of` is asked by `Part.name`, and again when a URL has expired. `lock` is the descriptor
    of the volume's lock, which the workers inherit. Raises `Failure`; what has come stays.
    """
    with closing(Crew(lock)) as crew:
        fetch_by(crew, parts, source_of, progress=progress)


def fetch_by(
    crew: Crew,
    parts: Sequence[Part],
    source_of: Callable[[str], Source],
    *,
    progress: Progress,
) -> None:
    """Do the same by workers that were started before, while there was nothing to do yet."""
    _Transfer(parts, source_of, progress).run(crew)


class _Transfer:
    """Which parts have not come yet, and from where each can be had."""

    def __init__(
        self, parts: Sequence[Part], source_of: Callable[[str], Source], progress: Progress
    ) -> None:
        self._parts = parts
        self._source_of = source_of
        self._progress = progress
        self._sources: dict[str, Source] = {}
        self._renewals: Counter[int] = Counter()
        self._retries = 0
        # In no order that means anything: small files among the large ones, so that the
        # connections that wait for a first byte and those that carry many are always mixed.
        self._waiting = deque(sorted(range(len(parts)), key=lambda number: parts[number].sha256))
        self._missing = set(self._waiting)

    def run(self, crew: Crew) -> None:
        note = ""
        while self._missing:
            while self._waiting and crew.has_room:
                crew.hand_out(self._task(self._waiting.popleft()))
            for report in crew.reports(_SECONDS_BETWEEN_LOOKS):
                match report:
                    case Arrived(number=number):
                        self._missing.remove(number)
                        self._progress.add(self._parts[number].size)
                    case Expired(number=number):
                        self._renew(number)
                    case Retried(reason=reason):
                        self._retries += 1
                        note = f"retries: {self._retries}, the last because {reason}"
                    case GivenUp():
                        raise self._failure(report)
            self._progress.add(note=note)

    def _task(self, number: int) -> Task:
        part = self._parts[number]
        if part.name not in self._sources:
            self._sources[part.name] = self._source_of(part.name)
        return Task(number=number, part=part, source=self._sources[part.name])

    def _renew(self, number: int) -> None:
        name = self._parts[number].name
        self._renewals[number] += 1
        if self._renewals[number] > _RENEWALS:
            sentence = f"cannot read {name}: the server takes every new permission for expired"
            raise Failure(ExitCode.NOT_PERMITTED, f"{sentence}; is the clock right here?")
        self._sources.pop(name, None)
        self._waiting.appendleft(number)

    def _failure(self, given_up: GivenUp) -> Failure:
        if given_up.code is not ExitCode.DISK:
            return Failure(given_up.code, given_up.sentence)
        # The parts are of one volume.
        free = shutil.disk_usage(self._parts[0].target.parent).free
        needed = sum(self._parts[number].size for number in self._missing)
        room = f"{megabytes(needed)} are still to come and {megabytes(free)} are free"
        return Failure(ExitCode.DISK, f"{given_up.sentence}; {room}")
