"""The HTTP server: `/analyze`, probes and metrics."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from analyzer.analyses import AnalysisRunner, Busy, RequestOrigin
from analyzer.failure import Problem, Refused, as_refused
from analyzer.metrics import WorkerMetrics
from analyzer.readiness import Readiness
from analyzer.requests import AnalysisResponse, one_sentence
from analyzer.runtime import AnalysisProgram, RequestT

_LOG = logging.getLogger(__name__)
_RETRY_AFTER_SECONDS = "10"
_BODY_BYTES = 16384
_MALFORMED = 400
_UNPROCESSABLE = 422

CallNext = Callable[[HttpRequest], Awaitable[Response]]


class ErrorResponse(BaseModel):
    """The body of an error response."""

    status: str = "failed"
    error: str
    """The workflow's name of it."""
    message: str


class Health(BaseModel):
    """The process runs."""

    status: str = "healthy"


def create_app(
    program: AnalysisProgram[RequestT],
    analyses: AnalysisRunner[RequestT],
    readiness: Readiness,
    metrics: WorkerMetrics,
) -> FastAPI:
    app = FastAPI(title=program.name, version=program.version, description=program.purpose)
    _add_error_handlers(app)
    app.middleware("http")(_limit_body)
    _add_probes(app, program, readiness, metrics)
    errors: dict[int | str, dict[str, Any]] = {
        problem.status: {"model": ErrorResponse, "description": problem.error}
        for problem in Problem
    }

    async def analyze(request: RequestT) -> AnalysisResponse:
        try:
            running = analyses.start(request, RequestOrigin.HTTP)
        except Busy as busy:
            sentence = "another analysis is running: ask again"
            raise Refused(Problem.UNAVAILABLE, sentence) from busy
        try:
            return await asyncio.wrap_future(running.future)
        except Refused:
            raise
        except Exception as error:
            _LOG.exception("%s met a defect", request.s3_key)
            raise as_refused(error) from error

    # FastAPI reads the types here, and each program has its own.
    analyze.__annotations__.update({"request": program.request, "return": program.response})
    app.post("/analyze", responses=errors, summary=program.purpose)(analyze)
    return app


def _add_probes(
    app: FastAPI, program: AnalysisProgram[RequestT], readiness: Readiness, metrics: WorkerMetrics
) -> None:
    @app.get("/", summary="What this is")
    def root() -> dict[str, str]:
        return {"service": program.name, "version": program.version, "docs": "/docs"}

    @app.get("/health", summary="Does the process run?")
    @app.get("/healthz", summary="Does the process run?")
    async def health() -> Health:
        return Health()

    @app.get("/readyz", summary="Can it do its work: tools there, queue and bucket open?")
    def ready() -> Health:
        readiness.check()
        return Health()

    @app.get("/metrics", summary="Figures for Prometheus")
    def figures() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    async def refused(_: HttpRequest, error: Refused) -> JSONResponse:
        return _error_response(error.problem, error.problem.status, error.sentence)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: HttpRequest, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]["type"]
        status = _MALFORMED if first == "json_invalid" else _UNPROCESSABLE
        return _error_response(Problem.BAD_REQUEST, status, one_sentence(error.errors()))


async def _limit_body(request: HttpRequest, call_next: CallNext) -> Response:
    """Refuse large bodies: FastAPI reads a body into memory before it validates it."""
    length = request.headers.get("content-length", "0")
    if "transfer-encoding" in request.headers or not length.isdecimal():
        sentence = "the request has to say its Content-Length"
        return _error_response(Problem.BAD_REQUEST, Problem.BAD_REQUEST.status, sentence)
    if int(length) > _BODY_BYTES:
        sentence = f"the request has {length} bytes: at most {_BODY_BYTES}"
        return _error_response(Problem.TOO_LARGE, Problem.TOO_LARGE.status, sentence)
    return await call_next(request)


def _error_response(problem: Problem, status: int, sentence: str) -> JSONResponse:
    again = {"Retry-After": _RETRY_AFTER_SECONDS} if problem is Problem.UNAVAILABLE else {}
    body = ErrorResponse(error=problem.error, message=sentence)
    return JSONResponse(body.model_dump(), status_code=status, headers=again)
