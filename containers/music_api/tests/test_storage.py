"""What is understood of S3's answers."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from containers.music_api.tests.cloud import Cloud
from music_api.failure import Unavailable
from music_api.storage import Storage


class _ListsByPrefix:
    """The client of a role that may list below some prefixes: S3 denies it what is missing."""

    def __init__(self, client: Any, *, denied: str = "") -> None:
        self._client = client
        self._denied = denied

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def head_object(self, **asked: Any) -> Any:
        return self._ask("HeadObject", self._client.head_object, "403", asked)

    def get_object(self, **asked: Any) -> Any:
        return self._ask("GetObject", self._client.get_object, "AccessDenied", asked)

    def _ask(self, operation: str, call: Any, code: str, asked: dict[str, Any]) -> Any:
        denial = ClientError({"Error": {"Code": code, "Message": "Denied"}}, operation)
        if asked["Key"] == self._denied:
            raise denial
        try:
            return call(**asked)
        except ClientError as error:
            raise denial from error


def test_what_is_missing_is_not_taken_for_forbidden(cloud: Cloud) -> None:
    """Also where another object's key begins as its key does."""
    cloud.put("a", "run.json.old")
    storage = Storage(cloud.bucket, _ListsByPrefix(cloud.s3))

    assert storage.head("runs/a/run.json") is None
    assert storage.read("runs/a/run.json") is None
    assert storage.head("runs/a/run.json.old")


def test_what_is_forbidden_is_not_taken_for_missing(cloud: Cloud) -> None:
    """Or a person would be told that a run is gone, when only a right is missing."""
    cloud.put("a", "run.json", {})
    storage = Storage(cloud.bucket, _ListsByPrefix(cloud.s3, denied="runs/a/run.json"))

    for ask in (storage.head, storage.read):
        with pytest.raises(Unavailable):
            ask("runs/a/run.json")
