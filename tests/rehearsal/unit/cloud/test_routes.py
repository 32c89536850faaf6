"""What the rehearsal answers before the emulator sees it."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from rehearsal.cloud.routes import (
    Receive,
    Route,
    RouteRequest,
    Scope,
    Send,
    ServiceError,
    with_routes,
)

_PORTER = re.compile(r"/rehearsal/([^/]+)/door")


async def _emulator(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _answer(request: RouteRequest) -> Mapping[str, Any]:
    if request.authorization != "the-word":
        raise ServiceError(403, "AccessDeniedException", "who are you?")
    return {"name": request.path[1], "heard": request.body.decode()}


def _ask(path: str, word: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        app: Any = with_routes(_emulator, [Route(path=_PORTER, answer=_answer)])
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as client:
            return await client.post(path, content="hello", headers={"Authorization": word})

    return asyncio.run(ask())


def test_a_door_answers_with_what_it_was_told() -> None:
    """Path, caller and body reach it."""
    answer = _ask("/rehearsal/blue/door", "the-word")

    assert (answer.status_code, answer.json()) == (200, {"name": "blue", "heard": "hello"})


def test_a_refusal_has_the_form_of_aws() -> None:
    """Status, code and message are the ones that a client of AWS reads."""
    answer = _ask("/rehearsal/blue/door", "another")

    assert answer.status_code == 403
    assert answer.headers["x-amzn-errortype"] == "AccessDeniedException"
    assert answer.json() == {"message": "who are you?"}


@pytest.mark.parametrize("path", ["/", "/rehearsal/blue/door/further"])
def test_everything_else_is_the_emulators(path: str) -> None:
    """Only the whole path is a route's."""
    assert _ask(path, "the-word").status_code == 204
