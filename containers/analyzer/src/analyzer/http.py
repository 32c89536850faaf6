"""The HTTP side: the paths of the seed, probes and metrics."""

import asyncio
from typing import Any

from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from analyzer.analyses import Analyses, Busy, Source
from analyzer.failure import Problem, Refused
from analyzer.metrics import Metrics
from analyzer.program import Program, RequestT
from analyzer.readiness import Readiness
from analyzer.requests import Answer, one_sentence

_RETRY_AFTER_SECONDS = "10"


class Refusal(BaseModel):
    """Why there is no answer."""

    status: str = "failed"
    error: str
    """The workflow's name of it."""
    message: str


class Health(BaseModel):
    """The process runs."""

    status: str = "healthy"


def create_app(
    program: Program[RequestT],
    analyses: Analyses[RequestT],
    readiness: Readiness,
    metrics: Metrics,
) -> FastAPI:
    """Make the application of one program."""
    app = FastAPI(title=program.name, version=program.version, description=program.purpose)
    _add_refusals(app)
    _add_probes(app, program, readiness, metrics)
    refusals: dict[int | str, dict[str, Any]] = {
        problem.status: {"model": Refusal, "description": problem.error} for problem in Problem
    }

    async def analyze(request: RequestT) -> Answer:
        try:
            running = analyses.start(request, Source.HTTP)
        except Busy as busy:
            sentence = "another analysis is running: ask again"
            raise Refused(Problem.UNAVAILABLE, sentence) from busy
        return await asyncio.wrap_future(running.future)

    # FastAPI reads the types here, and each program has its own.
    analyze.__annotations__.update({"request": program.request, "return": program.answer})
    app.post("/analyze", responses=refusals, summary=program.purpose)(analyze)
    return app


def _add_probes(
    app: FastAPI, program: Program[RequestT], readiness: Readiness, metrics: Metrics
) -> None:
    @app.get("/", summary="What this is")
    def root() -> dict[str, str]:
        return {"service": program.name, "version": program.version, "docs": "/docs"}

    @app.get("/health", summary="Does the process run?")
    @app.get("/healthz", summary="Does the process run?")
    async def health() -> Health:
        return Health()

    @app.get("/readyz", summary="Can it do its work: tools there, credentials accepted?")
    def ready() -> Health:
        readiness.prove()
        return Health()

    @app.get("/metrics", summary="Figures for Prometheus")
    def figures() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _add_refusals(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    async def refused(_: HttpRequest, error: Refused) -> JSONResponse:
        return _refusal(error.problem, error.problem.status, error.sentence)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: HttpRequest, error: RequestValidationError) -> JSONResponse:
        return _refusal(Problem.BAD_REQUEST, 422, one_sentence(error.errors()))


def _refusal(problem: Problem, status: int, sentence: str) -> JSONResponse:
    again = {"Retry-After": _RETRY_AFTER_SECONDS} if problem is Problem.UNAVAILABLE else {}
    body = Refusal(error=problem.error, message=sentence)
    return JSONResponse(body.model_dump(), status_code=status, headers=again)
