"""Where models are downloaded from when no endpoint is named, as in every real pod."""

import os
from urllib.parse import urlsplit

import pytest

from model_store.bucket import Bucket
from model_store.manifest import ManifestFile

_SHA256 = "0" * 64
_FILE = ManifestFile(
    path="a23/model.json", size=5, sha256=_SHA256, parts=(_SHA256,), etag='"1"', version_id="v1"
)


@pytest.mark.parametrize(
    "region", ["us-east-1", "ap-northeast-1", "ap-northeast-2", "me-central-1", "cn-north-1"]
)
def test_models_are_asked_for_at_the_host_of_the_region(
    monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    """The global one redirects for a new bucket, and this program follows no redirect."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_REGION": region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
    }.items():
        monkeypatch.setenv(name, value)

    url = urlsplit(Bucket(name="models-bucket", prefix="a2f").presigned(_FILE).url)

    assert url.netloc.startswith(f"models-bucket.s3.{region}.")
    assert url.path == "/a2f/a23/model.json"
    assert "X-Amz-Signature=" in url.query
