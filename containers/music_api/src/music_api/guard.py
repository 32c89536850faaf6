"""What is done with every request before and after its route: limits, headers, log, figures."""

import logging
import time
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from music_api.failure import Refused
from music_api.logs import FIELDS
from music_api.metrics import Metrics
from music_api.problems import problem

_LOG = logging.getLogger("access")
_BODY_BYTES = 16384
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS = _READING | {"POST", "PUT", "DELETE", "PATCH"}
_OF_THE_CLUSTER = frozenset({"/ready", "/metrics"})
_QUIET = frozenset({"/health", "/ready", "/metrics"})


def security_headers(storage_origin: str) -> dict[str, str]:
    """Return what tells a browser to load and send nothing but ours."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "connect-src": f"'self' {storage_origin}",
        "media-src": f"'self' blob: {storage_origin}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
    }


class Guard:
    """An ASGI application around another."""

    def __init__(self, app: ASGIApp, metrics: Metrics, headers: dict[str, str]) -> None:
        self._app = app
        self._metrics = metrics
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.monotonic(), HTTPStatus.INTERNAL_SERVER_ERROR.value

        async def send_more(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    own.setdefault(name, value)
                own.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            check(scope)
        except Refused as refused:
            await problem(refused.status, refused.sentence)(scope, receive, send_more)
        else:
            await self._app(scope, receive, send_more)
        finally:
            self._note(scope, status, time.monotonic() - begun)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = _route(scope)
        self._metrics.requests.labels(method, route, str(status)).observe(seconds)
        if route in _QUIET and status == HTTPStatus.OK:
            return
        fields = {
            "method": method,
            "route": route,
            "status": status,
            "milliseconds": round(seconds * 1000),
        }
        _LOG.info("request", extra={FIELDS: fields})


def check(scope: Scope) -> None:
    """Raise `Refused` for what no route has to see."""
    headers = Headers(scope=scope)
    if scope["path"] in _OF_THE_CLUSTER and "x-forwarded-for" in headers:
        raise Refused(HTTPStatus.NOT_FOUND, "there is nothing at this address")
    _check_body(headers)
    if scope["method"] not in _READING:
        _check_sender(headers)


def _check_body(headers: Headers) -> None:
    """Refuse large bodies: FastAPI reads a body into memory before it validates it."""
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not length.isdecimal():
        sentence = "the request has to say its Content-Length"
        raise Refused(HTTPStatus.LENGTH_REQUIRED, sentence)
    if int(length) > _BODY_BYTES:
        sentence = f"the request has {length} bytes: at most {_BODY_BYTES}"
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)


def _check_sender(headers: Headers) -> None:
    """Refuse what another site could send by a form, with the load balancer's cookie on it.

    A form cannot say that it has JSON, and a script of another site has to ask first.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        sentence = "what changes something has to be sent with content-type: application/json"
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, sentence)
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(HTTPStatus.FORBIDDEN, "another site may not change something here")


def _route(scope: Scope) -> str:
    """Return the route's template: a path has the ids of runs in it."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", "none"))
