"""Requests that the rehearsal answers itself before the emulator sees them."""

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
class Question:
    """A request: what its path's pattern caught, who asks, and its body."""

    path: re.Match[str]
    authorization: str
    body: bytes


class RefusedError(Exception):
    """The request is not granted; carries status and code of the real API."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Door:
    """Paths, and what answers there; `answer` may block, and raises `RefusedError`."""

    path: re.Pattern[str]
    answer: Callable[[Question], Mapping[str, Any]]


def with_doors(app: Application, doors: Sequence[Door]) -> Application:
    """Answer requests to these doors, and pass every other on."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        for door in doors:
            if match := door.path.fullmatch(scope.get("path", "")):
                question = Question(
                    path=match,
                    authorization=_authorization(scope),
                    body=await _read(receive),
                )
                await _respond_with(door, question, send)
                return
        await app(scope, receive, send)

    return answer


async def _respond_with(door: Door, question: Question, send: Send) -> None:
    try:
        content = await run_reentrant(door.answer, question)
    except RefusedError as refusal:
        await _respond(send, refusal.status, {"message": str(refusal)}, refusal.code)
    else:
        await _respond(send, _OK, content)


def _authorization(scope: Scope) -> str:
    headers: Mapping[bytes, bytes] = dict(scope.get("headers", ()))
    return headers.get(b"authorization", b"").decode()


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
