"""What a person can do with runs; a run of somebody else is as one that is not."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from music_api import layout
from music_api.beginning import Beginning, Clock, present
from music_api.failure import Refused
from music_api.filenames import attachment, clean
from music_api.ids import is_id
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
from music_api.ownership import Ownership
from music_api.record import Record
from music_api.standing import Standing
from music_api.steps import Findings
from music_api.storage import Storage
from music_api.workflows import Workflows

MOST_PER_PAGE = 50


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
        self, storage: Storage, workflows: Workflows, limits: Limits, now: Clock = present
    ) -> None:
        self._storage = storage
        self._workflows = workflows
        self._limits = limits
        self._now = now
        self._standing = Standing(storage, workflows, timedelta(seconds=limits.upload_seconds), now)
        self._ownership = Ownership(storage, self._standing)
        self._beginning = Beginning(
            storage=storage, ownership=self._ownership, most_open=limits.open_runs, now=now
        )

    def close(self) -> None:
        """Let go of the threads."""
        self._ownership.close()

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
        run = self._beginning.write(record)
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
        """Return one's own runs, newest first."""
        if cursor is not None and not is_id(cursor):
            sentence = "cursor: it has to be `next` of the page before"
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, sentence)
        names = self._ownership.names(owner, after=cursor or "", most=limit + 1)
        shown, more = names[:limit], len(names) > limit
        return RunPage(runs=self._ownership.look(owner, shown), next=shown[-1] if more else None)

    def look(self, owner: str, run: str) -> Run:
        return self._standing.of(run, self._ownership.demand(owner, run))

    def results(self, owner: str, run: str) -> Results:
        """Sign the addresses of the results that there are."""
        record = self._ownership.demand(owner, run)
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
        self._ownership.demand(owner, run)
        self._check_result(run, result, HTTPStatus.NOT_FOUND)
        key = layout.of_run(run, layout.video(result))
        return self._storage.url(key, seconds=self._limits.results_seconds)

    def choose(self, owner: str, run: str, choice: Choice) -> Choice:
        self._ownership.demand(owner, run)
        self._check_result(run, choice.result, HTTPStatus.CONFLICT)
        self._storage.write(layout.of_run(run, layout.CHOICE), choice.model_dump())
        return choice

    def remove(self, owner: str, run: str) -> None:
        """Stop a run and delete it; whoever was interrupted asks again, and it goes on.

        What says whose it is goes last. The Workflow goes twice: an upload's event that was being
        handled may have made it meanwhile, and whoever makes one looks afterwards for the record.
        """
        self._ownership.demand(owner, run)
        self._workflows.remove(run)
        names = self._storage.below(layout.of_run(run))
        self._storage.remove(layout.of_run(run, name) for name in names if name != layout.RUN)
        self._storage.remove([layout.of_owner(owner, run)])
        self._storage.remove([layout.of_run(run, layout.RUN)])
        self._workflows.remove(run)

    def again(self, owner: str, run: str) -> RunAgain:
        """Begin a failed run again."""
        record = self._ownership.demand(owner, run)
        if self._standing.of(run, record).state is not State.FAILED:
            raise Refused(HTTPStatus.CONFLICT, "only a run that failed can be begun again")
        return RunAgain(id=self._beginning.again(run, record))

    def _check_result(self, run: str, result: int, status: HTTPStatus) -> None:
        for name in (layout.peaks(result), layout.video(result)):
            if self._storage.head(layout.of_run(run, name)) is None:
                raise Refused(status, f"this run has no result {result}")
