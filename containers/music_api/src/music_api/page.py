"""The page: built files, read once, and given with what lets a browser keep them."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePosixPath

from fastapi import FastAPI, Request, Response

from music_api.failure import Refused

_INDEX = "index.html"
_HASHED = "assets/"
"""Vite puts files there whose names have a hash of their content."""

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_OF_THE_API = frozenset({"runs", "me", "health", "ready", "metrics", "openapi.json"})
_COMPRESSED = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json"}
_LEVEL = 9


@dataclass(frozen=True, kw_only=True)
class _File:
    content: bytes
    compressed: bytes | None
    kind: str
    tag: str
    kept: str


class Page:
    """All files of a directory, in memory: no path of a request reaches the disk."""

    def __init__(self, directory: Path) -> None:
        self._files = {
            path.relative_to(directory).as_posix(): _read(path, directory)
            for path in directory.rglob("*")
            if path.is_file()
        }

    def answer(self, path: str, request: Request) -> Response:
        """Return a file; the page itself for addresses that are its own."""
        file = self._files.get(path or _INDEX)
        if file is None:
            name = PurePosixPath(path)
            if name.suffix or (name.parts[:1] and name.parts[0] in _OF_THE_API):
                raise Refused(HTTPStatus.NOT_FOUND, "there is nothing at this address")
            file = self._files[_INDEX]
        headers = {"Cache-Control": file.kept, "ETag": file.tag, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        content = file.content
        if file.compressed and "gzip" in request.headers.get("accept-encoding", ""):
            content = file.compressed
            headers["Content-Encoding"] = "gzip"
        return Response(content, media_type=file.kind, headers=headers)


def add_page(app: FastAPI, page: Page) -> None:
    """Give the page at all addresses that no other route has: add it last."""

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def show(path: str, request: Request) -> Response:
        return page.answer(path, request)


def _read(path: Path, directory: Path) -> _File:
    content = path.read_bytes()
    name = path.relative_to(directory).as_posix()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    smaller = gzip.compress(content, _LEVEL, mtime=0) if kind.startswith(_COMPRESSED) else content
    return _File(
        content=content,
        compressed=smaller if len(smaller) < len(content) else None,
        kind=kind,
        tag=f'W/"{hashlib.sha256(content).hexdigest()[:32]}"',
        kept=_FOR_EVER if name.startswith(_HASHED) else _ASK_AGAIN,
    )
