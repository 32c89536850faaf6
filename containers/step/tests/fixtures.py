"""Fixtures that the tests of the library and of both steps share."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from containers.analyzer.benchmarks.tools import TOOLS
from containers.analyzer.tests.cloud import clients
from containers.model_store.tests.emulated import REGION, Emulator


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """An empty bucket, a client that looks at it from outside, and what a step needs to find it."""

    name: str
    client: Any
    environment: dict[str, str]

    def put(self, key: str, content: bytes) -> str:
        self.client.put_object(Bucket=self.name, Key=key, Body=content)
        return f"s3://{self.name}/{key}"

    def content(self, key: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def keys(self) -> list[str]:
        listed = self.client.list_objects_v2(Bucket=self.name)
        return [found["Key"] for found in listed.get("Contents", [])]


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def bucket(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Make a bucket, and have boto3 find it as in a pod."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    environment = emulator.environment | {"AWS_ENDPOINT_URL": emulator.url}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    client = clients(emulator)("s3")
    name = f"runs-{uuid4()}"
    place = {"LocationConstraint": REGION}
    client.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    yield Bucket(name=name, client=client, environment=environment)
    client.close()


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know ffmpeg and ffprobe, whatever the machine has."""
    for name, value in TOOLS.items():
        monkeypatch.setenv(name, value)
