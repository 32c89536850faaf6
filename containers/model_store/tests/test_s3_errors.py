"""What is said when S3 refuses, is far away, or is not where it was looked for."""

from collections.abc import Callable

import pytest
from botocore import exceptions

from containers.model_store.tests.emulated import EmulatedBucket
from containers.model_store.tests.examples import BUCKET
from containers.model_store.tests.s3.faults import SLOW_DOWN, Cut
from containers.model_store.tests.s3.server import Server
from model_store.bucket import Bucket
from model_store.failure import ExitCode, Failure
from model_store.s3 import asking_to


def _refused(call: Callable[[], object]) -> Failure:
    with pytest.raises(Failure) as raised:
        call()
    return raised.value


def test_a_missing_bucket_is_named(unversioned: EmulatedBucket) -> None:
    """A misspelt bucket is not taken for a missing version."""
    failure = _refused(
        lambda: Bucket.at(f"s3://no-{unversioned.name[:40]}/").read_manifest("0" * 64)
    )

    assert failure.code is ExitCode.NOT_FOUND
    assert f"there is no bucket no-{unversioned.name[:40]}:" in failure.sentence


def test_a_bucket_in_another_region_is_named_with_its_region(
    unversioned: EmulatedBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not followed there: presigned URLs could not follow."""
    monkeypatch.setenv("AWS_REGION", "eu-central-1")

    failure = _refused(lambda: Bucket.at(unversioned.url).read("a23/model.json"))

    assert failure.code is ExitCode.UNAVAILABLE
    assert "lies in ap-northeast-2, not in eu-central-1: set AWS_REGION=ap-" in failure.sentence


def test_a_read_that_is_cut_is_begun_again(
    unversioned: EmulatedBucket, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without that, a connection that ends within a body would end the job."""
    assert unversioned
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    bucket = Bucket(name=BUCKET, prefix="")
    bucket.write("note", b"a few words")
    server.faults.plan(Cut(after=4), times=2)

    assert bucket.read("note") == b"a few words"


def test_throttling_is_waited_out(
    unversioned: EmulatedBucket, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3's SlowDown is an answer for later, not a failure."""
    assert unversioned
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    bucket = Bucket(name=BUCKET, prefix="")
    bucket.write("note", b"a few words")
    server.faults.plan(SLOW_DOWN)

    assert bucket.read("note") == b"a few words"


def test_missing_credentials_are_said(
    unversioned: EmulatedBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 is not asked as nobody."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    failure = _refused(lambda: Bucket.at(unversioned.url).read("note"))

    assert failure.code is ExitCode.NOT_PERMITTED
    assert "credentials" in failure.sentence


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_S3", "AWS_REGION"])
def test_an_environment_that_leads_nowhere_is_said(
    unversioned: EmulatedBucket, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """An endpoint that is no URL, a region that is no name."""
    monkeypatch.setenv(name, "no such")

    failure = _refused(lambda: Bucket.at(unversioned.url))

    assert failure.code is ExitCode.ARGUMENTS
    assert "no such" in failure.sentence


def _answer(status: int, code: str) -> exceptions.ClientError:
    error = {"Code": code, "Message": "S3 says\nwhy."}
    response = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}
    return exceptions.ClientError(response, "GetObject")


@pytest.mark.parametrize(
    ("raised", "code", "words"),
    [
        (_answer(403, "AccessDenied"), ExitCode.NOT_PERMITTED, "a missing object reads the same"),
        (_answer(403, "403"), ExitCode.NOT_PERMITTED, "not permitted to read s3://b/k"),
        (_answer(400, "ExpiredToken"), ExitCode.NOT_PERMITTED, "does not accept the credentials"),
        (_answer(403, "InvalidAccessKeyId"), ExitCode.NOT_PERMITTED, "the credentials"),
        (_answer(400, "BadDigest"), ExitCode.DAMAGED, "other bytes than were sent for s3://b/k"),
        (_answer(404, "NoSuchVersion"), ExitCode.NOT_FOUND, "there is no s3://b/k: look"),
        (_answer(503, "SlowDown"), ExitCode.UNAVAILABLE, "SlowDown: S3 says why)"),
        (exceptions.NoCredentialsError(), ExitCode.NOT_PERMITTED, "without credentials"),
        (
            exceptions.EndpointConnectionError(endpoint_url="http://s3"),
            ExitCode.UNAVAILABLE,
            'cannot be reached to read s3://b/k: Could not connect to the endpoint URL: "http://s3"',
        ),
        (
            exceptions.ReadTimeoutError(endpoint_url="http://s3"),
            ExitCode.UNAVAILABLE,
            "cannot be reached",
        ),
        (exceptions.InvalidRegionError(region_name="x y"), ExitCode.ARGUMENTS, "x y"),
    ],
)
def test_every_refusal_becomes_one_sentence(raised: Exception, code: ExitCode, words: str) -> None:
    """It names the object and what S3 said, and the exit code tells scripts what it was."""

    def ask() -> None:
        with asking_to("read", "s3://b/k", remedy="look"):
            raise raised

    failure = _refused(ask)

    assert failure.code is code
    assert words in failure.sentence
    assert "\n" not in failure.sentence
