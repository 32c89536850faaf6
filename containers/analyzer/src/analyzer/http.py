"""The HTTP side: the paths of the seed, probes and metrics."""

import asyncio
from collections.abc import Awaitable, Callable
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
_BODY_BYTES = 16384
_MALFORMED = 400
_UNPROCESSABLE = 422

Next = Callable[[HttpRequest], Awaitable[Response]]


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
    app.middleware("http")(_only_small_bodies)
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
        first = error.errors()[0]["type"]
        status = _MALFORMED if first == "json_invalid" else _UNPROCESSABLE
        return _refusal(Problem.BAD_REQUEST, status, one_sentence(error.errors()))


async def _only_small_bodies(request: HttpRequest, answer: Next) -> Response:
    """Keep a body from filling the memory: bodies are read before they are judged."""
    length = request.headers.get("content-length", "0")
    if "transfer-encoding" in request.headers or not length.isdecimal():
        sentence = "the request has to say its Content-Length"
        return _refusal(Problem.BAD_REQUEST, Problem.BAD_REQUEST.status, sentence)
    if int(length) > _BODY_BYTES:
        sentence = f"the request has {length} bytes: at most {_BODY_BYTES}"
        return _refusal(Problem.TOO_LARGE, Problem.TOO_LARGE.status, sentence)
    return await answer(request)


def _refusal(problem: Problem, status: int, sentence: str) -> JSONResponse:
    again = {"Retry-After": _RETRY_AFTER_SECONDS} if problem is Problem.UNAVAILABLE else {}
    body = Refusal(error=problem.error, message=sentence)
    return JSONResponse(body.model_dump(), status_code=status, headers=again)
