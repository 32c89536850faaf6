"""Middleware: routes that the rehearsal answers itself before the emulator sees the request."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from ministack.core.concurrency import run_reentrant

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_OK = 200


@dataclass(frozen=True, kw_only=True)
class RouteRequest:
    """A request: what its path's pattern caught, who asks, and its body."""

    path: re.Match[str]
    authorization: str
    body: bytes


class ServiceError(Exception):
    """The request is not granted; carries status and code of the real API."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Route:
    """Paths, and what answers there; `answer` may block, and raises `ServiceError`."""

    path: re.Pattern[str]
    answer: Callable[[RouteRequest], Mapping[str, Any]]
    operation: str = ""
    """Where many operations share a path: which of them, as `X-Amz-Target` names it."""


def with_routes(app: Application, routes: Sequence[Route]) -> Application:
    """Answer requests to these routes, and pass every other on."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        for route in routes:
            match = route.path.fullmatch(scope.get("path", ""))
            if match and route.operation in {"", _header(scope, b"x-amz-target")}:
                request = RouteRequest(
                    path=match,
                    authorization=_header(scope, b"authorization"),
                    body=await _read(receive),
                )
                await _respond_with(route, request, send)
                return
        await app(scope, receive, send)

    return answer


async def _respond_with(route: Route, request: RouteRequest, send: Send) -> None:
    try:
        content = await run_reentrant(route.answer, request)
    except ServiceError as error:
        await _respond(send, error.status, {"message": str(error)}, error.code)
    else:
        await _respond(send, _OK, content)


def _header(scope: Scope, name: bytes) -> str:
    headers: Mapping[bytes, bytes] = dict(scope.get("headers", ()))
    return headers.get(name, b"").decode()


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def _respond(
    send: Send, status: int, content: Mapping[str, Any], error: str | None = None
) -> None:
    headers = [(b"content-type", b"application/json")]
    if error:
        headers.append((b"x-amzn-errortype", error.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})
