"""The bucket: requests by botocore; models are downloaded by presigned URLs of it."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from botocore import exceptions

from model_store.failure import ExitCode, Failure
from model_store.manifest import ManifestFile, ModelManifest
from model_store.s3 import asking_to, route_to, s3_client, status
from model_store.transfer.tasks import PresignedUrl, Route
from model_store.upload import UNVERSIONED, FileUpload, put

MANIFESTS = "manifests/"
"""Where the manifests lie below the prefix, one for each version."""

_URL_SECONDS = 6 * 3600
"""Of a presigned URL; it also ends with the credentials, which for a pod last as long."""

_READS = 3

_BLOCK_BYTES = 1 << 20

_NAME = re.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, kw_only=True)
class ObjectHead:
    """An object in the bucket; `checksum` is S3's own SHA-256, empty for uploads without one."""

    etag: str
    version_id: str
    checksum: str


@dataclass(frozen=True, kw_only=True)
class OpenObject:
    """An object that is being read: its size in bytes, and its content in blocks."""

    size: int
    blocks: Iterator[bytes]


class Bucket:
    """The part of a bucket below a prefix; paths are relative to it. Methods raise `Failure`."""

    def __init__(self, *, name: str, prefix: str) -> None:
        if not _NAME.fullmatch(name):
            message = f"{name!r} is not the name of a bucket: 3 to 63 of a-z, 0-9, '.' and '-'"
            raise Failure(ExitCode.ARGUMENTS, message)
        self.name = name
        self.prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        with asking_to("open", self.url()):
            self._client = s3_client()

    @classmethod
    def at(cls, url: str) -> "Bucket":
        """Return the part of a bucket that `s3://BUCKET/PREFIX/` names."""
        parts = urlsplit(url)
        if parts.scheme != "s3" or parts.query or parts.fragment:
            message = f"{url!r} does not name a bucket and a prefix: write s3://BUCKET/PREFIX/"
            raise Failure(ExitCode.ARGUMENTS, message)
        return cls(name=parts.netloc, prefix=parts.path)

    def url(self, path: str = "") -> str:
        """Return the S3 URI of an object."""
        return f"s3://{self.name}/{self.prefix}{path}"

    def read_manifest(self, version: str) -> ModelManifest:
        """Return the manifest of a version; fails as damaged if it describes another content."""
        try:
            return self._read_manifest(version)
        except Failure as failure:
            if failure.code is not ExitCode.DAMAGED:
                raise
        # Bits flip on the wire once; an object that is wrong stays wrong.
        return self._read_manifest(version)

    def _read_manifest(self, version: str) -> ModelManifest:
        remedy = f"`aws s3 ls {self.url(MANIFESTS)}` lists the versions that are"
        text = self.read(manifest_path(version), remedy=remedy)
        return ModelManifest.from_json(text.decode(errors="replace"), expected=version)

    def read(self, path: str, *, remedy: str = "") -> bytes:
        """Return a small object; `remedy` is what to do if there is none."""
        with asking_to("read", self.url(path), remedy=remedy):
            return self._read(path, _READS)

    def _read(self, path: str, attempts: int) -> bytes:
        response = self._client.get_object(Bucket=self.name, Key=self.prefix + path)
        try:
            content: bytes = response["Body"].read()
        except (exceptions.HTTPClientError, exceptions.IncompleteReadError):
            # botocore itself asks again only until the body begins.
            if attempts > 1:
                return self._read(path, attempts - 1)
            raise
        return content

    @contextmanager
    def opened(self, path: str) -> Iterator[OpenObject]:
        """Open an object of any size; a connection that ends within it is a `Failure`."""
        with asking_to("read", self.url(path)):
            response = self._client.get_object(Bucket=self.name, Key=self.prefix + path)
            with closing(response["Body"]) as body:
                yield OpenObject(
                    size=response["ContentLength"], blocks=body.iter_chunks(_BLOCK_BYTES)
                )

    def list(self, below: str = "") -> Iterator[tuple[str, int]]:
        """Yield path and size in bytes of each object whose path begins with `below`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=self.prefix + below
        )
        with asking_to("list", self.url(below)):
            for page in pages:
                for entry in page.get("Contents", ()):
                    # The console keeps an empty object for each folder that it shows.
                    if not entry["Key"].endswith("/"):
                        yield entry["Key"][len(self.prefix) :], entry["Size"]

    def find(self, path: str, version_id: str = "") -> ObjectHead | None:
        """Look an object up, or one version of it; None if there is none."""
        wanted = {"VersionId": version_id} if version_id else {}
        with asking_to("look up", self.url(path)):
            try:
                response = self._client.head_object(
                    Bucket=self.name, Key=self.prefix + path, ChecksumMode="ENABLED", **wanted
                )
            except exceptions.ClientError as error:
                # S3 answers 400 to a version that another bucket may have, but no bucket like this.
                if status(error) == 404 or (version_id and status(error) == 400):  # noqa: PLR2004
                    return None
                raise
        return ObjectHead(
            etag=response["ETag"],
            version_id=response.get("VersionId", UNVERSIONED),
            checksum=response.get("ChecksumSHA256", ""),
        )

    def presigned(self, file: ManifestFile) -> PresignedUrl:
        """Return a URL of this version of the file, with its ETag, valid for some hours."""
        wanted = {"VersionId": file.version_id} if file.version_id else {}
        with asking_to("sign", self.url(file.path)):
            url: str = self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self.name, "Key": self.prefix + file.path, **wanted},
                ExpiresIn=_URL_SECONDS,
            )
        return PresignedUrl(
            url=url,
            # Not among what is signed, so any client may add it.
            headers={"If-Match": file.etag} if file.etag else {},
            route=self._route,
        )

    @cached_property
    def _route(self) -> Route:
        return route_to(self._client.meta.endpoint_url)

    def upload(
        self,
        file: ManifestFile,
        local: Path,
        *,
        part_bytes: int,
        sent: Callable[[int], object],
    ) -> ManifestFile:
        """Upload a local file that was described before; return it with where it lies now.

        Fails as damaged if the file is no longer what it was. `sent` is called with the bytes
        sent, from several threads, and with 0 once a second.
        """
        upload = FileUpload(
            client=self._client,
            bucket=self.name,
            key=self.prefix + file.path,
            file=file,
            local=local,
            part_bytes=part_bytes,
            sent=sent,
        )
        with asking_to("write", self.url(file.path)):
            return upload.run()

    def write(self, path: str, content: bytes, *, instead_of: str = "") -> bool:
        """Write a small object where none is, or instead of the one with this ETag.

        False if another was first.
        """
        request = {
            "Bucket": self.name,
            "Key": self.prefix + path,
            "Body": content,
            "ChecksumSHA256": base64.b64encode(hashlib.sha256(content).digest()).decode(),
        }
        condition = {"IfMatch": instead_of} if instead_of else {"IfNoneMatch": "*"}
        with asking_to("write", self.url(path)):
            return put(self._client, request | condition)


def manifest_path(version: str) -> str:
    return f"{MANIFESTS}{version}.json"
