"""What a person can do with runs; a run of somebody else is as one that is not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from music_api import layout
from music_api.failure import Refused
from music_api.filenames import attachment, clean
from music_api.ids import created, is_id, new_id
from music_api.models import (
    Choice,
    CreatedRun,
    NewRun,
    Result,
    Results,
    Run,
    RunAgain,
    RunPage,
    State,
    Upload,
)
from music_api.record import Record
from music_api.standing import Standing
from music_api.steps import Findings
from music_api.storage import Storage
from music_api.workflows import Workflows

MOST_PER_PAGE = 50
_OPEN = frozenset({State.UPLOADING, State.WAITING, State.RUNNING})
_OPEN_FOR_MOST = timedelta(days=1)
"""No run is open for longer: the deadlines of its steps are over by then."""

_LOOKED_AT = 100
_RETRY_AFTER_SECONDS = 60
_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one person may ask for."""

    most_bytes: int
    open_runs: int
    upload_seconds: int = 3600
    results_seconds: int = 3600


class Runs:
    """Begins, shows and removes runs."""

    def __init__(
        self,
        storage: Storage,
        workflows: Workflows,
        limits: Limits,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._storage = storage
        self._workflows = workflows
        self._limits = limits
        self._now = now
        self._standing = Standing(storage, workflows, timedelta(seconds=limits.upload_seconds), now)
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="runs")

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown()

    def begin(self, owner: str, wanted: NewRun) -> CreatedRun:
        """Write a new run, and sign its upload, which starts it."""
        if wanted.bytes > self._limits.most_bytes:
            sentence = f"the video has {wanted.bytes} bytes: at most {self._limits.most_bytes}"
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
        record = Record(
            owner=owner,
            created=self._now(),
            filename=clean(wanted.filename),
            bytes=wanted.bytes,
        )
        run = self._write(record)
        seconds = self._limits.upload_seconds
        url = self._storage.upload_url(
            layout.of_run(run, layout.INPUT),
            size=wanted.bytes,
            content_type=wanted.content_type,
            seconds=seconds,
        )
        return CreatedRun(
            id=run,
            upload=Upload(url=url, headers={"content-type": wanted.content_type}),
            expires=record.created + timedelta(seconds=seconds),
        )

    def page(self, owner: str, cursor: str | None, limit: int) -> RunPage:
        """Return one's own runs, newest first: their ids sort so."""
        if cursor is not None and not is_id(cursor):
            raise Refused(
                HTTPStatus.UNPROCESSABLE_ENTITY, "cursor: it has to be `next` of the page before"
            )
        prefix = layout.of_owner(owner)
        names = self._storage.names(prefix, after=cursor or "", most=limit + 1)
        shown, more = names[:limit], len(names) > limit
        found = self._pool.map(lambda run: self._found(owner, run), shown)
        return RunPage(
            runs=[run for run in found if run is not None], next=shown[-1] if more else None
        )

    def look(self, owner: str, run: str) -> Run:
        return self._standing.of(run, self._own(owner, run))

    def results(self, owner: str, run: str) -> Results:
        """Sign the addresses of the results that there are."""
        record = self._own(owner, run)
        findings = Findings.of(self._storage, run)
        seconds = self._limits.results_seconds

        def url(name: str, saved_as: str = "") -> str:
            return self._storage.url(layout.of_run(run, name), seconds=seconds, attachment=saved_as)

        def music(result: int) -> str | None:
            name = layout.music(result)
            return url(name) if name in findings.there else None

        return Results(
            results=[
                Result(
                    result=number,
                    video=url(layout.video(number)),
                    download=url(layout.video(number), attachment(record.filename, number)),
                    music=music(number),
                    peaks=url(layout.peaks(number)),
                )
                for number in findings.results
            ],
            expires=self._now() + timedelta(seconds=seconds),
        )

    def video(self, owner: str, run: str, result: int) -> str:
        """Sign the address of one result's video."""
        self._own(owner, run)
        self._check_result(run, result, HTTPStatus.NOT_FOUND)
        key = layout.of_run(run, layout.video(result))
        return self._storage.url(key, seconds=self._limits.results_seconds)

    def choose(self, owner: str, run: str, choice: Choice) -> Choice:
        self._own(owner, run)
        self._check_result(run, choice.result, HTTPStatus.CONFLICT)
        self._storage.write(layout.of_run(run, layout.CHOICE), choice.model_dump())
        return choice

    def remove(self, owner: str, run: str) -> None:
        """Stop a run and delete it; whoever was interrupted asks again, and it goes on.

        What says whose it is goes last. The Workflow goes twice: an upload's event that was being
        handled may have made it meanwhile, and whoever makes one looks afterwards for the record.
        """
        self._own(owner, run)
        self._workflows.remove(run)
        record = layout.of_run(run, layout.RUN)
        names = self._storage.below(layout.of_run(run))
        self._storage.remove(layout.of_run(run, name) for name in names if name != layout.RUN)
        self._storage.remove([layout.of_owner(owner, run)])
        self._storage.remove([record])
        self._workflows.remove(run)

    def again(self, owner: str, run: str) -> RunAgain:
        """Begin a failed run again, as a new one: a copied video starts it as an upload does."""
        record = self._own(owner, run)
        if self._standing.of(run, record).state is not State.FAILED:
            raise Refused(HTTPStatus.CONFLICT, "only a run that failed can be begun again")
        source = layout.of_run(run, layout.INPUT)
        if self._storage.head(source) is None:
            raise Refused(HTTPStatus.CONFLICT, "the video of this run is not there: upload it anew")
        made = self._begun_again(run, record)
        target = layout.of_run(made, layout.INPUT)
        if self._storage.head(target) is None:
            self._storage.copy(source, target)
        return RunAgain(id=made)

    def _begun_again(self, run: str, record: Record) -> str:
        """Return the run that another is begun again as; of two who ask at once, both get one."""
        note = layout.of_run(run, layout.AGAIN)
        known = self._noted(note, record.owner)
        if known:
            return known
        made = self._write(replace(record, created=self._now()))
        if self._storage.write_new(note, {"run": made}):
            return made
        if known := self._noted(note, record.owner):
            self._storage.remove(
                [layout.of_owner(record.owner, made), layout.of_run(made, layout.RUN)]
            )
            return known
        # The run of the note has been removed since.
        self._storage.write(note, {"run": made})
        return made

    def _noted(self, note: str, owner: str) -> str | None:
        run = str((self._storage.read(note) or {}).get("run", ""))
        return run if self._record(owner, run) else None

    def _write(self, record: Record) -> str:
        """Write a run and its entry, unless the person has as many open ones as there may be.

        It is counted with the new one in place, so that two requests at once are not both let in.
        """
        run = new_id(record.created)
        entry, document = layout.of_owner(record.owner, run), layout.of_run(run, layout.RUN)
        self._storage.write(document, record.as_document())
        self._storage.touch(entry)
        if self._open(record.owner) > self._limits.open_runs:
            self._storage.remove([entry, document])
            most = self._limits.open_runs
            sentence = f"you have {most} open runs, as many as there may be: wait until one ends"
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS, sentence, retry_after_seconds=_RETRY_AFTER_SECONDS
            )
        return run

    def _open(self, owner: str) -> int:
        since = self._now() - _OPEN_FOR_MOST
        names = self._storage.names(layout.of_owner(owner), after="", most=_LOOKED_AT)
        recent = [run for run in names if is_id(run) and created(run) >= since]
        found = self._pool.map(lambda run: self._found(owner, run), recent)
        return sum(run is not None and run.state in _OPEN for run in found)

    def _found(self, owner: str, run: str) -> Run | None:
        """Return a run of the index; one that is being removed is none."""
        record = self._record(owner, run)
        return self._standing.of(run, record) if record else None

    def _own(self, owner: str, run: str) -> Record:
        record = self._record(owner, run)
        if record is None:
            raise Refused(HTTPStatus.NOT_FOUND, "you have no such run")
        return record

    def _record(self, owner: str, run: str) -> Record | None:
        if not is_id(run):
            return None
        document = self._storage.read(layout.of_run(run, layout.RUN))
        record = Record.of(document)
        return record if record and record.owner == owner else None

    def _check_result(self, run: str, result: int, status: HTTPStatus) -> None:
        for name in (layout.peaks(result), layout.video(result)):
            if self._storage.head(layout.of_run(run, name)) is None:
                raise Refused(status, f"this run has no result {result}")
