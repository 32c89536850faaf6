"""Requests and responses of the HTTP API."""

import base64
import json
from collections.abc import Mapping
from typing import Any


class BadRequest(Exception):  # noqa: N818 - HTTP's own name
    """The caller's mistake in one sentence: status 400."""


def response(status: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON response that no cache stores."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body, ensure_ascii=False),
    }


def error_response(status: int, sentence: str) -> dict[str, Any]:
    return response(status, {"message": sentence})


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
