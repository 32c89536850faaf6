"""How a run begins: by an announced video, or again after a failure, if one more may be open."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from music_api import layout
from music_api.failure import Refused
from music_api.ids import created, new_id
from music_api.models import State
from music_api.ownership import Ownership
from music_api.record import Record
from music_api.storage import Storage

_OPEN = frozenset({State.UPLOADING, State.WAITING, State.RUNNING})
_OPEN_FOR_MOST = timedelta(days=1)
"""No run is open for longer: the deadlines of its steps are over by then."""

_LOOKED_AT = 100
_RETRY_AFTER_SECONDS = 60
Clock = Callable[[], datetime]


def present() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """Writes the records of new runs."""

    storage: Storage
    ownership: Ownership
    most_open: int
    now: Clock

    def write(self, record: Record) -> str:
        """Write a run and its entry, unless the person has as many open ones as there may be.

        It is counted with the new one in place, so that two requests at once are not both let in.
        """
        run = new_id(record.created)
        document = layout.of_run(run, layout.RUN)
        self.storage.write(document, record.as_document())
        self.storage.touch(layout.of_owner(record.owner, run))
        if self._open(record.owner) > self.most_open:
            self._forget(record.owner, run)
            sentence = (
                f"you have {self.most_open} open runs, as many as there may be: wait until one ends"
            )
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS, sentence, retry_after_seconds=_RETRY_AFTER_SECONDS
            )
        return run

    def again(self, run: str, record: Record) -> str:
        """Begin a run again as a new one: a copied video starts it as an upload does."""
        source = layout.of_run(run, layout.INPUT)
        if self.storage.head(source) is None:
            raise Refused(HTTPStatus.CONFLICT, "the video of this run is not there: upload it anew")
        made = self._made_once(run, record)
        target = layout.of_run(made, layout.INPUT)
        if self.storage.head(target) is None:
            self.storage.copy(source, target)
        return made

    def _made_once(self, run: str, record: Record) -> str:
        """Return the run that another is begun again as; of two who ask at once, both get one."""
        note = layout.of_run(run, layout.AGAIN)
        if known := self._noted(note, record.owner):
            return known
        made = self.write(replace(record, created=self.now()))
        if self.storage.write_new(note, {"run": made}):
            return made
        if known := self._noted(note, record.owner):
            self._forget(record.owner, made)
            return known
        # The run of the note has been removed since.
        self.storage.write(note, {"run": made})
        return made

    def _noted(self, note: str, owner: str) -> str | None:
        run = str((self.storage.read(note) or {}).get("run", ""))
        return run if self.ownership.record(owner, run) else None

    def _open(self, owner: str) -> int:
        since = self.now() - _OPEN_FOR_MOST
        names = self.ownership.names(owner, most=_LOOKED_AT)
        recent = (run for run in names if created(run) >= since)
        return sum(run.state in _OPEN for run in self.ownership.look(owner, recent))

    def _forget(self, owner: str, run: str) -> None:
        self.storage.remove([layout.of_owner(owner, run), layout.of_run(run, layout.RUN)])
