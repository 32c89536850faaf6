"""Errors as problem documents (RFC 9457)."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from music_api.failure import Refused
from music_api.models import Problem

PROBLEM_TYPE = "application/problem+json"
_LOG = logging.getLogger(__name__)
_SENTENCES = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not answer to that method",
}


def problem(
    status: HTTPStatus, sentence: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return a problem document as response."""
    body = Problem(title=status.phrase, status=status, detail=sentence)
    own = {"Cache-Control": "no-store"} | dict(headers or {})
    return JSONResponse(body.model_dump(), status_code=status, headers=own, media_type=PROBLEM_TYPE)


def add_problem_handlers(app: FastAPI) -> None:
    """Let everything that is raised end as a problem document."""

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        headers = {}
        if error.retry_after_seconds is not None:
            headers["Retry-After"] = str(error.retry_after_seconds)
        if error.status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = 'OIDC realm="music"'
        return problem(error.status, error.sentence, headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]["type"]
        malformed = first == "json_invalid"
        status = HTTPStatus.BAD_REQUEST if malformed else HTTPStatus.UNPROCESSABLE_ENTITY
        return problem(status, _one_sentence(error.errors()))

    @app.exception_handler(HTTPException)
    async def unrouted(_: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        return problem(status, _SENTENCES.get(status, str(error.detail)), error.headers)

    @app.exception_handler(Exception)
    async def defect(_: Request, error: Exception) -> JSONResponse:
        _LOG.error("a request met a defect", exc_info=error)
        sentence = "this request met a defect of the program: its log says which"
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, sentence)


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Correct an OpenAPI document: FastAPI thinks that errors are its own kind of JSON."""
    schemas = document["components"]["schemas"]
    for own in ("HTTPValidationError", "ValidationError"):
        schemas.pop(own, None)
    schemas[Problem.__name__] = Problem.model_json_schema()
    content = {PROBLEM_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= HTTPStatus.BAD_REQUEST:
                    response["content"] = content
                    response["description"] = HTTPStatus(int(status)).phrase
    return document


def _one_sentence(errors: Sequence[Mapping[str, Any]]) -> str:
    """Say the first thing that is wrong with a request."""
    first = errors[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    return f"{field or 'the body'}: {first['msg']}"
