"""The clients of a function without an endpoint in its environment, as in Lambda itself."""

import os
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest

from functions.guardian import runtime

_SESSION = botocore.session.Session()


def _regions() -> Iterator[str]:
    for partition in _SESSION.get_available_partitions():
        yield from _SESSION.get_available_regions("s3", partition)


@pytest.fixture(autouse=True)
def _lambda(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take away what a developer's machine may name; one session reads botocore's data once."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr(botocore.session, "get_session", lambda: _SESSION)
    runtime.client.cache_clear()
    yield
    runtime.client.cache_clear()


@pytest.mark.parametrize("region", list(_regions()))
def test_upload_goes_to_the_host_of_the_region_with_the_size_signed(
    monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    """The global host redirects for a new bucket, which a browser's preflight does not follow."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)

    url = urlsplit(
        runtime.client("s3").generate_presigned_url(
            "put_object",
            Params={
                "Bucket": "uploads-bucket",
                "Key": "uploads/ap-northeast-2:kim/1/call.mp4",
                "ContentType": "video/mp4",
                "ContentLength": 1_000_000,
            },
        )
    )

    query = parse_qs(url.query)
    assert url.netloc.startswith(f"uploads-bucket.s3.{region}.")
    assert url.path == "/uploads/ap-northeast-2%3Akim/1/call.mp4"
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert f"/{region}/s3/aws4_request" in query["X-Amz-Credential"][0]


def test_model_is_asked_in_its_own_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its profile may be of another region than the function."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    client = runtime.client("bedrock-runtime", "ap-northeast-2")

    assert client.meta.endpoint_url == "https://bedrock-runtime.ap-northeast-2.amazonaws.com"
