"""The HTTP application: the routes of runs, and what stands around them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import RedirectResponse

from music_api.identity import Person
from music_api.models import (
    Choice,
    CreatedRun,
    Me,
    NewRun,
    ResultNumber,
    Results,
    Run,
    RunAgain,
    RunPage,
)
from music_api.problems import add_problem_handlers, with_problems
from music_api.runs import MOST_PER_PAGE, Limits, Runs

Identify = Callable[[str | None], Person]
_USUAL_PER_PAGE = 20
_SUMMARY = "Four pieces of background music for a video, chosen by the emotions in its speech"


class _Api(FastAPI):
    """Describes its errors as the problem documents that they are."""

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            self.openapi_schema = with_problems(super().openapi())
        return self.openapi_schema


def create_app(runs: Runs, identify: Identify, limits: Limits) -> FastAPI:
    """Return the API without probes and page."""
    app = _Api(
        title="Music",
        version="1",
        summary=_SUMMARY,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    add_problem_handlers(app)
    app.include_router(_routes(runs, identify, limits))
    return app


def _routes(runs: Runs, identify: Identify, limits: Limits) -> APIRouter:
    def person(request: Request) -> Person:
        return identify(request.headers.get("x-amzn-oidc-data"))

    router = APIRouter(responses=_problems(401, 503))
    _add_runs(router, runs, person)
    _add_results(router, runs, person)

    @router.get("/me", summary="Who asks, and what they may")
    def me(who: Annotated[Person, Depends(person)]) -> Me:
        return Me(name=who.name, most_bytes=limits.most_bytes, open_runs=limits.open_runs)

    return router


def _add_runs(router: APIRouter, runs: Runs, person: Callable[[Request], Person]) -> None:
    @router.post(
        "/runs",
        status_code=HTTPStatus.ACCEPTED,
        summary="Announce a video; its upload starts the run",
        responses=_problems(413, 415, 422, 429),
    )
    def begin(
        wanted: NewRun, who: Annotated[Person, Depends(person)], response: Response
    ) -> CreatedRun:
        made = runs.begin(who.owner, wanted)
        response.headers["Location"] = f"/runs/{made.id}"
        return made

    @router.get("/runs", summary="One's own runs, newest first", responses=_problems(422))
    def page(
        who: Annotated[Person, Depends(person)],
        cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = _USUAL_PER_PAGE,
    ) -> RunPage:
        return runs.page(who.owner, cursor, limit)

    @router.get("/runs/{run}", summary="How a run stands", responses=_problems(404))
    def look(run: str, who: Annotated[Person, Depends(person)]) -> Run:
        return runs.look(who.owner, run)

    @router.delete(
        "/runs/{run}",
        status_code=HTTPStatus.NO_CONTENT,
        summary="Stop a run and delete all that is kept of it",
        responses=_problems(404, 415),
    )
    def remove(run: str, who: Annotated[Person, Depends(person)]) -> None:
        runs.remove(who.owner, run)

    @router.post(
        "/runs/{run}/again",
        status_code=HTTPStatus.ACCEPTED,
        summary="Begin a failed run again, as a new one with a copy of its video",
        responses=_problems(404, 409, 415, 429),
    )
    def again(run: str, who: Annotated[Person, Depends(person)], response: Response) -> RunAgain:
        made = runs.again(who.owner, run)
        response.headers["Location"] = f"/runs/{made.id}"
        return made


def _add_results(router: APIRouter, runs: Runs, person: Callable[[Request], Person]) -> None:
    @router.get("/runs/{run}/results", summary="Where the results are", responses=_problems(404))
    def results(run: str, who: Annotated[Person, Depends(person)], response: Response) -> Results:
        response.headers["Cache-Control"] = "no-store"
        return runs.results(who.owner, run)

    @router.get(
        "/runs/{run}/results/{result}",
        status_code=HTTPStatus.TEMPORARY_REDIRECT,
        response_class=RedirectResponse,
        summary="The video of one result",
        responses=_problems(404, 422),
    )
    def video(
        run: str, result: ResultNumber, who: Annotated[Person, Depends(person)]
    ) -> RedirectResponse:
        return RedirectResponse(
            runs.video(who.owner, run, result), headers={"Cache-Control": "no-store"}
        )

    @router.put(
        "/runs/{run}/choice",
        summary="Choose one of the results",
        responses=_problems(404, 409, 415, 422),
    )
    def choose(run: str, choice: Choice, who: Annotated[Person, Depends(person)]) -> Choice:
        return runs.choose(who.owner, run, choice)


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"description": HTTPStatus(status).phrase} for status in statuses}
