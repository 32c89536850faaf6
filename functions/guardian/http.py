"""Requests and answers of the HTTP API."""

import base64
import json
from collections.abc import Mapping
from typing import Any


class BadRequest(Exception):  # noqa: N818 - the answer's own name
    """The caller's mistake, in one sentence."""


def answer(status: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer that nobody on the way keeps."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body, ensure_ascii=False),
    }


def refusal(status: int, sentence: str) -> dict[str, Any]:
    """Return an answer that says in one sentence what is wrong."""
    return answer(status, {"message": sentence})


def json_body(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON object of a request, or raise `BadRequest`."""
    text = event.get("body") or ""
    try:
        body = json.loads(base64.b64decode(text) if event.get("isBase64Encoded") else text)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        message = "The body must be a JSON object."
        raise BadRequest(message)
    return body
