"""The bucket of runs: its keys, its documents, and S3's errors as `Unavailable`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from music_api.failure import Unavailable

_MISSING = frozenset({"NoSuchKey", "404", "NotFound"})
_DENIED = frozenset({"AccessDenied", "403", "Forbidden"})
_TAKEN = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
_DELETED_AT_ONCE = 1000


def code_of(error: ClientError) -> str:
    code: str = error.response.get("Error", {}).get("Code", "")
    return code


@contextmanager
def asking() -> Iterator[None]:
    """Turn what boto3 raises into `Unavailable`."""
    try:
        yield
    except ClientError as error:
        sentence = f"the storage of runs does not do that now: {code_of(error)}"
        raise Unavailable(sentence) from error
    except BotoCoreError as error:
        sentence = "the storage of runs does not answer now"
        raise Unavailable(sentence) from error


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An object as a list shows it."""

    size: int
    modified: datetime


class Storage:
    """Reads, writes and signs for one bucket."""

    def __init__(self, bucket: str, client: Any) -> None:  # noqa: ANN401 - boto3 ships no types
        self._bucket = bucket
        self._client = client

    def check_access(self) -> None:
        """Raise `Unavailable` if the credentials do not open the runs."""
        with asking():
            self._client.list_objects_v2(Bucket=self._bucket, Prefix="runs/", MaxKeys=1)

    def read(self, key: str) -> dict[str, Any] | None:
        """Return a JSON document; None if there is none, or if it is no document."""
        with asking():
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as error:
                if self._is_missing(key, error):
                    return None
                raise
        try:
            found = json.loads(body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def write(self, key: str, document: Mapping[str, Any]) -> None:
        with asking():
            self._put(key, document)

    def write_new(self, key: str, document: Mapping[str, Any]) -> bool:
        """Write unless there is one already, and return whether it was written."""
        with asking():
            try:
                self._put(key, document, IfNoneMatch="*")
            except ClientError as error:
                if code_of(error) in _TAKEN:
                    return False
                raise
        return True

    def touch(self, key: str) -> None:
        """Write an empty object."""
        with asking():
            self._client.put_object(Bucket=self._bucket, Key=key, Body=b"")

    def head(self, key: str) -> Stored | None:
        with asking():
            try:
                found = self._client.head_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if self._is_missing(key, error):
                    return None
                raise
        return Stored(size=found["ContentLength"], modified=found["LastModified"])

    def copy(self, source: str, target: str) -> None:
        with asking():
            self._client.copy_object(
                Bucket=self._bucket,
                Key=target,
                CopySource={"Bucket": self._bucket, "Key": source},
            )

    def below(self, prefix: str) -> dict[str, Stored]:
        """List all objects by their keys without the prefix."""
        with asking():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            return {
                item["Key"].removeprefix(prefix): Stored(
                    size=item["Size"], modified=item["LastModified"]
                )
                for page in pages
                for item in page.get("Contents", [])
            }

    def names(self, prefix: str, *, after: str, most: int) -> list[str]:
        """Return the next names below a prefix, in the order of their keys."""
        start = {"StartAfter": prefix + after} if after else {}
        with asking():
            answer = self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=prefix, MaxKeys=most, **start
            )
        return [item["Key"].removeprefix(prefix) for item in answer.get("Contents", [])]

    def remove(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are not there are no error."""
        wanted = [{"Key": key} for key in keys]
        for begin in range(0, len(wanted), _DELETED_AT_ONCE):
            some = {"Objects": wanted[begin : begin + _DELETED_AT_ONCE], "Quiet": True}
            with asking():
                answer = self._client.delete_objects(Bucket=self._bucket, Delete=some)
            if answer.get("Errors"):
                code = answer["Errors"][0].get("Code", "")
                sentence = f"the storage of runs does not delete now: {code}"
                raise Unavailable(sentence)

    def upload_url(self, key: str, *, size: int, content_type: str, seconds: int) -> str:
        """Sign one PUT of so many bytes of that type."""
        return self._sign(
            "put_object",
            seconds,
            {"Key": key, "ContentLength": size, "ContentType": content_type},
        )

    def url(self, key: str, *, seconds: int, attachment: str = "") -> str:
        """Sign a GET; with the name of an attachment a browser saves it under that."""
        saved = {"ResponseContentDisposition": attachment} if attachment else {}
        return self._sign("get_object", seconds, {"Key": key} | saved)

    def _is_missing(self, key: str, error: ClientError) -> bool:
        """Tell a missing object from one that may not be read.

        Whoever may list below some prefixes only is told of both that access is denied.
        """
        code = code_of(error)
        return code in _MISSING or (
            code in _DENIED and self.names(key, after="", most=1)[:1] != [""]
        )

    def _put(self, key: str, document: Mapping[str, Any], **conditions: str) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=json.dumps(document, ensure_ascii=False).encode(),
            ContentType="application/json",
            **conditions,
        )

    def _sign(self, operation: str, seconds: int, what: Mapping[str, Any]) -> str:
        with asking():
            url: str = self._client.generate_presigned_url(
                operation, Params={"Bucket": self._bucket, **what}, ExpiresIn=seconds
            )
        return url
