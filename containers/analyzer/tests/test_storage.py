"""Objects: which may be read, and that they come whole or not at all."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest

from analyzer.failure import Cancelled, Problem, Refused
from analyzer.requests import AnalysisRequest
from analyzer.runtime import Deadline
from analyzer.service import client
from analyzer.settings import Limits, Settings
from analyzer.storage import Storage
from containers.analyzer.tests.cloud import KEY, Cloud
from containers.model_store.tests.emulated import REGION, Emulator
from containers.model_store.tests.s3.faults import Cut
from containers.model_store.tests.s3.server import Server

_CONTENT = bytes(range(256)) * 8192


def _storage(cloud: Cloud, limits: Limits = Limits()) -> Storage:  # noqa: B008 - frozen
    return Storage(_settings(cloud.bucket), cloud.s3, limits)


def _settings(bucket: str) -> Settings:
    return Settings(
        bucket=bucket, prefix="uploads/", region=REGION, queue_url=None, host="", port=1
    )


def _read(storage: Storage, request: AnalysisRequest, deadline: Deadline | None = None) -> bytes:
    with storage.fetched(request, deadline or Deadline(60)) as file:
        return Path(f"/proc/self/fd/{file.descriptor}").read_bytes()


def _refusal(storage: Storage, request: AnalysisRequest) -> Refused:
    with pytest.raises(Refused) as raised:
        _read(storage, request)
    return raised.value


def test_an_object_comes_whole(cloud: Cloud) -> None:
    """Byte for byte, in a file that no directory knows."""
    cloud.upload(_CONTENT)

    assert _read(_storage(cloud), AnalysisRequest(s3_bucket=cloud.bucket, s3_key=KEY)) == _CONTENT


def test_the_version_that_was_uploaded_is_the_one_that_is_read(cloud: Cloud) -> None:
    """A newer upload under the same key is another analysis."""
    first = cloud.upload(b"first")
    cloud.upload(b"second")
    newest = AnalysisRequest(s3_bucket=cloud.bucket, s3_key=KEY)

    assert _read(_storage(cloud), newest) == b"second"
    assert _read(_storage(cloud), newest.model_copy(update={"s3_version_id": first})) == b"first"


@pytest.mark.parametrize(
    ("bucket", "key", "problem", "sentence"),
    [
        ("other-bucket", KEY, Problem.FORBIDDEN, "only objects of bucket"),
        (None, "models/a.mp4", Problem.FORBIDDEN, "only objects below uploads/ are"),
        (None, "uploads/../models/a", Problem.FORBIDDEN, "only objects below uploads/ are"),
        (None, "uploads/a\nb", Problem.BAD_REQUEST, "control characters"),
        (None, "uploads/none.mp4", Problem.NOT_FOUND, "/uploads/none.mp4"),
    ],
)
def test_what_may_not_or_cannot_be_read_is_refused(
    cloud: Cloud, bucket: str | None, key: str, problem: Problem, sentence: str
) -> None:
    """One bucket, one prefix, no way out of it."""
    refused = _refusal(
        _storage(cloud), AnalysisRequest(s3_bucket=bucket or cloud.bucket, s3_key=key)
    )

    assert refused.problem is problem
    assert sentence in refused.sentence


def test_a_large_object_is_refused_before_it_is_read(cloud: Cloud) -> None:
    """HeadObject says the size, and nothing is downloaded."""
    cloud.upload(_CONTENT)
    asked = []
    cloud.s3.meta.events.register("before-call.s3.*", lambda model, **_: asked.append(model.name))

    refused = _refusal(
        _storage(cloud, replace(Limits(), object_bytes=1000)),
        AnalysisRequest(s3_bucket=cloud.bucket, s3_key=KEY),
    )

    assert refused.problem is Problem.TOO_LARGE
    assert refused.sentence == "the object has 2097152 bytes: at most 1000"
    assert asked == ["HeadObject"]


def test_an_empty_object_is_no_media(cloud: Cloud) -> None:
    """It is told apart from one that is not there."""
    cloud.upload(b"")

    refused = _refusal(_storage(cloud), AnalysisRequest(s3_bucket=cloud.bucket, s3_key=KEY))

    assert (refused.problem, refused.sentence) == (
        Problem.UNSUPPORTED_MEDIA,
        "the object is empty",
    )


def test_a_version_that_never_was_is_not_found(cloud: Cloud) -> None:
    """The newest is not taken instead."""
    cloud.upload(b"something")
    wanted = AnalysisRequest(s3_bucket=cloud.bucket, s3_key=KEY, s3_version_id="0" * 32)

    assert _refusal(_storage(cloud), wanted).problem is Problem.NOT_FOUND


def test_a_download_ends_when_the_analysis_has_to(cloud: Cloud) -> None:
    """By time as a time-out, otherwise without a word."""
    cloud.upload(_CONTENT)
    request = AnalysisRequest(s3_bucket=cloud.bucket, s3_key=KEY)
    unwanted = Deadline(60)
    unwanted.cancel()

    with pytest.raises(Refused) as raised:
        _read(_storage(cloud), request, Deadline(0))
    assert raised.value.problem is Problem.TIMEOUT
    with pytest.raises(Cancelled):
        _read(_storage(cloud), request, unwanted)


@pytest.fixture
def faulty(tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    root = tmp_path / "bucket"
    root.mkdir()
    with Server(root, bucket="uploads-1", versioned=True) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", running.url)
        yield running


def test_a_body_that_is_cut_is_read_on(faulty: Server) -> None:
    """From where it was cut, and only of the same object."""
    s3 = client("s3", REGION, boto3.Session())
    s3.put_object(Bucket="uploads-1", Key=KEY, Body=_CONTENT)
    storage = Storage(_settings("uploads-1"), s3, Limits())
    faulty.faults.plan(Cut(after=1_500_000), times=1)

    assert _read(storage, AnalysisRequest(s3_bucket="uploads-1", s3_key=KEY)) == _CONTENT


def test_a_body_that_is_always_cut_is_for_later(faulty: Server) -> None:
    """The workflow tries again, so it is no permanent failure."""
    s3 = client("s3", REGION, boto3.Session())
    s3.put_object(Bucket="uploads-1", Key=KEY, Body=_CONTENT)
    storage = Storage(_settings("uploads-1"), s3, Limits())
    faulty.faults.plan(Cut(after=1000), times=20)

    refused = _refusal(storage, AnalysisRequest(s3_bucket="uploads-1", s3_key=KEY))

    assert refused.problem is Problem.UNAVAILABLE


class _AskedError(Exception):
    """A request that was about to be sent to the host in it."""


@pytest.mark.parametrize("region", ["us-east-1", "ap-northeast-1", "ap-northeast-2"])
def test_uploads_are_read_at_the_host_of_the_region(
    monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    """Without an endpoint in the environment, as in a pod."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    s3 = client("s3", region, boto3.Session("test", "test"))

    def stop(request: AWSPreparedRequest, **_: object) -> None:
        raise _AskedError(urlsplit(request.url).netloc)

    s3.meta.events.register("before-send.s3", stop)

    with pytest.raises(_AskedError, match=f"^uploads-1.s3.{region}.amazonaws.com$"):
        _read(
            Storage(_settings("uploads-1"), s3, Limits()),
            AnalysisRequest(s3_bucket="uploads-1", s3_key=KEY),
        )


def test_missing_credentials_are_for_later(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are our fault, never the caller's."""
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    storage = Storage(_settings("uploads-1"), client("s3", REGION, boto3.Session()), Limits())

    refused = _refusal(storage, AnalysisRequest(s3_bucket="uploads-1", s3_key=KEY))

    assert refused.problem is Problem.UNAVAILABLE
    assert "credentials" in refused.sentence
    with pytest.raises(Refused):
        storage.check_access()
