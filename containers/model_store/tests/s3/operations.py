"""The operations of S3 that boto3, s5cmd and aws-cli need to move objects."""

import os
import re
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path

from containers.model_store.tests.s3.answers import (
    Refusal,
    Reply,
    Slice,
    document,
    element,
    elements,
    precondition_failed,
)
from containers.model_store.tests.s3.listing import list_objects
from containers.model_store.tests.s3.objects import Objects, Stored
from containers.model_store.tests.s3.receiving import receive
from containers.model_store.tests.s3.uploads import Uploads
from containers.model_store.tests.s3.wire import Request

_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
_KEPT = ("content-type", "cache-control", "x-amz-meta-", "x-amz-checksum-")
"""Beginnings of the request headers that come back with every answer."""


class Operations:
    def __init__(self, root: Path, *, bucket: str, versioned: bool, region: str) -> None:
        self.objects = Objects(root, versioned=versioned)
        self._uploads = Uploads(self.objects)
        self._bucket = bucket
        self._region = region

    def answer(self, request: Request) -> Reply:
        """Do what is asked; raises Refusal with S3's error otherwise."""
        if not request.bucket:
            bucket = elements(
                [("Name", self._bucket), ("CreationDate", "2026-01-01T00:00:00.000Z")]
            )
            return document(
                "ListAllMyBucketsResult", f"<Buckets><Bucket>{bucket}</Bucket></Buckets>"
            )
        if request.bucket != self._bucket:
            message = f"The specified bucket does not exist: {request.bucket}"
            raise Refusal(HTTPStatus.NOT_FOUND, "NoSuchBucket", message)
        return self._of_object(request) if request.key else self._of_bucket(request)

    def _of_bucket(self, request: Request) -> Reply:
        match request.method, request.query:
            case "HEAD", _:
                return Reply(headers={"x-amz-bucket-region": self._region})
            case "GET", {"location": _}:
                # The oldest region has no name here.
                name = "" if self._region == "us-east-1" else self._region
                return document("LocationConstraint", name)
            case "GET", {"versioning": _}:
                status = element("Status", "Enabled") if self.objects.versioned else ""
                return document("VersioningConfiguration", status)
            case "GET", {"list-type": "2"}:
                return list_objects(self.objects, self._bucket, request.query)
        raise _not_implemented(request)

    def _of_object(self, request: Request) -> Reply:
        match request.method, request.query:
            case (("GET" | "HEAD"), _):
                return self._read(request)
            case "PUT", {"uploadId": _, "partNumber": _}:
                part = self._uploads.receive(request)
                return Reply(headers={"ETag": part.etag, **part.checksums})
            case "PUT", _ if "x-amz-copy-source" not in request.headers:
                return self._put(request)
            case "POST", {"uploads": _}:
                return self._begin(request)
            case "POST", {"uploadId": _}:
                return self._complete(request)
            case "DELETE", {"uploadId": _}:
                self._uploads.abort(request)
                return Reply(status=HTTPStatus.NO_CONTENT)
        raise _not_implemented(request)

    def _read(self, request: Request) -> Reply:
        stored = self.objects.find(request.key, request.query.get("versionId"))
        if request.headers.get("if-match", stored.etag).strip('"') != stored.etag.strip('"'):
            raise precondition_failed()
        headers = {
            "Content-Type": "binary/octet-stream",
            "Accept-Ranges": "bytes",
            "Last-Modified": formatdate(stored.modified_ns / 1e9, usegmt=True),
            **self._identity(stored),
        }
        for name, value in self.objects.about(stored).items():
            headers.pop("Content-Type" if name == "content-type" else "", None)
            if not name.startswith("x-amz-checksum-") or _checksums_wanted(request):
                headers[name] = value
        status, start, length = _range(request, stored.size)
        if status == HTTPStatus.PARTIAL_CONTENT:
            headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{stored.size}"
        if request.method == "HEAD":
            return Reply(status=status, headers={**headers, "Content-Length": str(length)})
        descriptor = os.open(stored.path, os.O_RDONLY)
        return Reply(status=status, headers=headers, body=Slice(descriptor, start, length))

    def _put(self, request: Request) -> Reply:
        staged = self.objects.staging()
        checksums = receive(request, staged)
        about = {**_about(request), **checksums}
        stored = self.objects.publish(
            request.key,
            staged,
            about,
            if_match=request.headers.get("if-match", ""),
            if_none_match=request.headers.get("if-none-match", ""),
        )
        return Reply(headers={**self._identity(stored), **checksums})

    def _begin(self, request: Request) -> Reply:
        upload = self._uploads.begin(request.key, _about(request))
        fields = [("Bucket", self._bucket), ("Key", request.key), ("UploadId", upload)]
        return document("InitiateMultipartUploadResult", elements(fields))

    def _complete(self, request: Request) -> Reply:
        stored = self._uploads.complete(request)
        fields = [("Bucket", self._bucket), ("Key", request.key), ("ETag", stored.etag)]
        reply = document("CompleteMultipartUploadResult", elements(fields))
        return Reply(headers={**reply.headers, **self._identity(stored)}, body=reply.body)

    def _identity(self, stored: Stored) -> dict[str, str]:
        version = {"x-amz-version-id": stored.identity} if self.objects.versioned else {}
        return {"ETag": stored.etag, **version}


def _about(request: Request) -> dict[str, str]:
    kept = (name for name in request.headers if name.startswith(_KEPT))
    return {name: request.headers[name] for name in kept if name != "x-amz-checksum-algorithm"}


def _checksums_wanted(request: Request) -> bool:
    # A checksum is of the whole object, so S3 sends none with a range.
    mode = request.headers.get("x-amz-checksum-mode", "")
    return mode.upper() == "ENABLED" and "range" not in request.headers


def _range(request: Request, size: int) -> tuple[int, int, int]:
    found = _RANGE.match(request.headers.get("range", ""))
    if found is None or found.groups() == ("", ""):
        return HTTPStatus.OK, 0, size
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last) + 1, size) if first and last else size
    if start >= end:
        message = "The requested range is not satisfiable"
        raise Refusal(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "InvalidRange", message)
    return HTTPStatus.PARTIAL_CONTENT, start, end - start


def _not_implemented(request: Request) -> Refusal:
    message = f"This server has no {request.method} with {sorted(request.query)}."
    return Refusal(HTTPStatus.NOT_IMPLEMENTED, "NotImplemented", message)
