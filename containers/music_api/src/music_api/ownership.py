"""Whose runs are whose: the index of a person, and the records that say the same."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from music_api import layout
from music_api.failure import Refused
from music_api.ids import is_id
from music_api.models import Run
from music_api.record import Record
from music_api.standing import Standing
from music_api.storage import Storage

_AT_ONCE = 8


class Ownership:
    """Finds runs for the person whose they are, and for nobody else."""

    def __init__(self, storage: Storage, standing: Standing) -> None:
        self._storage = storage
        self._standing = standing
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="runs")

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown()

    def record(self, owner: str, run: str) -> Record | None:
        if not is_id(run):
            return None
        record = Record.of(self._storage.read(layout.of_run(run, layout.RUN)))
        return record if record and record.owner == owner else None

    def demand(self, owner: str, run: str) -> Record:
        """Return the record, or raise `Refused`: by the same words for no run and another's."""
        record = self.record(owner, run)
        if record is None:
            raise Refused(HTTPStatus.NOT_FOUND, "you have no such run")
        return record

    def names(self, owner: str, *, after: str = "", most: int) -> list[str]:
        """Return the ids of a person's runs, newest first: so they sort."""
        names = self._storage.names(layout.of_owner(owner), after=after, most=most)
        return [name for name in names if is_id(name)]

    def look(self, owner: str, runs: Iterable[str]) -> list[Run]:
        """Return how runs of the index stand; those that are being removed are none."""

        def find(run: str) -> Run | None:
            record = self.record(owner, run)
            return self._standing.of(run, record) if record else None

        return [found for found in self._pool.map(find, runs) if found]
