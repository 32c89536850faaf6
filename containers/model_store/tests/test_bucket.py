"""What the program reads from a bucket and writes into it, beside the bytes of models."""

import hashlib
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from containers.model_store.tests.emulated import EmulatedBucket
from containers.model_store.tests.ranges import Answer, range_server
from model_store.bucket import Bucket, manifest_path
from model_store.failure import ExitCode, Failure
from model_store.manifest import ManifestFile, ModelManifest
from model_store.transfer.tasks import PresignedUrl

_SHA256 = hashlib.sha256(b"first").hexdigest()


def _manifest() -> ModelManifest:
    file = ManifestFile(
        path="a23/model.json", size=5, sha256=_SHA256, parts=(_SHA256,), etag='"1"', version_id="v1"
    )
    return ModelManifest(part_bytes=8, files=(file,))


def _file(store: EmulatedBucket) -> ManifestFile:
    """Describe the object `a23/model.json` as it lies in the bucket now."""
    found = Bucket.at(store.url).find("a23/model.json")
    assert found
    return ManifestFile(
        path="a23/model.json",
        size=5,
        sha256=_SHA256,
        parts=(_SHA256,),
        etag=found.etag,
        version_id=found.version_id,
    )


def _get(source: PresignedUrl) -> bytes:
    request = urllib.request.Request(source.url, headers=dict(source.headers))  # noqa: S310 - http
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        content: bytes = answer.read()
    return content


def _refused(call: Callable[[], object]) -> Failure:
    with pytest.raises(Failure) as raised:
        call()
    return raised.value


def test_a_manifest_is_read_by_its_version(versioned: EmulatedBucket) -> None:
    """What is asked for is a version; nothing else decides which manifest is read."""
    manifest = _manifest()
    versioned.put(manifest_path(manifest.version), manifest.to_json().encode())

    assert Bucket.at(versioned.url).read_manifest(manifest.version) == manifest


def test_a_missing_version_says_how_to_see_those_that_are_there(versioned: EmulatedBucket) -> None:
    """The sentence has the command that lists the versions."""
    failure = _refused(lambda: Bucket.at(versioned.url).read_manifest("0" * 64))

    assert failure.code is ExitCode.NOT_FOUND
    assert f"{versioned.url}manifests/{'0' * 64}.json" in failure.sentence
    assert f"`aws s3 ls {versioned.url}manifests/`" in failure.sentence


def test_a_damaged_manifest_is_refused(versioned: EmulatedBucket) -> None:
    """Bytes that are no manifest, or not even text, do not pass."""
    versioned.put(manifest_path("0" * 64), b"\xff{")

    failure = _refused(lambda: Bucket.at(versioned.url).read_manifest("0" * 64))

    assert failure.code is ExitCode.DAMAGED


def test_a_presigned_source_gives_the_version_of_the_manifest(versioned: EmulatedBucket) -> None:
    """An object that was replaced since is still read as it was."""
    versioned.put("a23/model.json", b"first")
    file = _file(versioned)
    versioned.put("a23/model.json", b"other")

    assert _get(Bucket.at(versioned.url).presigned(file)) == b"first"


def test_without_versions_the_etag_keeps_another_content_out(unversioned: EmulatedBucket) -> None:
    """The condition travels as a header, and S3 refuses what was put there since."""
    unversioned.put("a23/model.json", b"first")
    source = Bucket.at(unversioned.url).presigned(_file(unversioned))
    assert _get(source) == b"first"
    unversioned.put("a23/model.json", b"other")

    with pytest.raises(urllib.error.HTTPError) as refused:
        _get(source)

    with refused.value as answer:
        assert answer.code == 412


def test_a_presigned_source_goes_to_the_bucket_in_its_region(
    unversioned: EmulatedBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS_REGION decides, which boto3 alone would not see, and nothing is redirected."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3")
    file = ManifestFile(path="a b/ü", size=0, sha256=_SHA256, parts=())

    url = Bucket(name=unversioned.name, prefix="p").presigned(file).url

    assert url.startswith(
        f"https://{unversioned.name}.s3.ap-northeast-2.amazonaws.com/p/a%20b/%C3%BC?"
    )
    assert "ap-northeast-2%2Fs3" in url


def test_a_pod_signs_with_its_identity(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The agent of EKS Pod Identity gives credentials for the token that EKS put into the pod."""
    granted = {"AccessKeyId": "granted", "SecretAccessKey": "s", "Token": "t"}
    granted["Expiration"] = "2126-11-28T15:30:05Z"
    (tmp_path / "token").write_text("permit")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_REGION", "ap-northeast-2")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))
    with range_server() as agent:
        agent.answer = lambda _: Answer(status=200, body=json.dumps(granted).encode())
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.presigned("v1").url)
        url = Bucket(name="models", prefix="p").presigned(_manifest().files[0]).url
    assert "X-Amz-Credential=granted%2F" in url
    assert [request.headers["authorization"] for request in agent.requests] == ["permit"]


def test_listing_gives_paths_below_the_prefix(versioned: EmulatedBucket) -> None:
    """Other prefixes and the console's folders are not listed."""
    versioned.put("a23/model.json", b"first")
    versioned.put("a23/", b"")
    versioned.client.put_object(Bucket=versioned.name, Key="other", Body=b"")

    assert dict(Bucket.at(versioned.url).list()) == {"a23/model.json": 5}


def test_what_is_not_there_is_not_found(versioned: EmulatedBucket) -> None:
    """Neither an unknown object nor an unknown version of a known one is an error."""
    versioned.put("a23/model.json", b"first")
    bucket = Bucket.at(versioned.url)

    assert bucket.find("a23/network.onnx") is None
    assert bucket.find("a23/model.json", "0" * 32) is None


def test_the_first_of_two_writers_wins(versioned: EmulatedBucket) -> None:
    """The second learns it, and its bytes are nowhere."""
    bucket = Bucket.at(versioned.url)

    assert bucket.write("key/engine.json", b"first")
    assert not bucket.write("key/engine.json", b"second")
    assert bucket.read("key/engine.json") == b"first"


def test_an_object_is_replaced_only_as_it_was_seen(versioned: EmulatedBucket) -> None:
    """Whoever writes in between wins."""
    bucket = Bucket.at(versioned.url)
    bucket.write("key/engine.json", b"first")
    seen = bucket.find("key/engine.json")
    assert seen

    assert bucket.write("key/engine.json", b"second", instead_of=seen.etag)
    assert not bucket.write("key/engine.json", b"third", instead_of=seen.etag)
    assert bucket.read("key/engine.json") == b"second"


@pytest.mark.parametrize("url", ["models/", "https://models/", "s3://", "s3:///a/", "s3://A_B/a"])
def test_what_is_no_place_in_a_bucket_is_refused(url: str) -> None:
    """The sentence repeats what was written."""
    failure = _refused(lambda: Bucket.at(url))

    assert failure.code is ExitCode.ARGUMENTS


def test_a_prefix_ends_with_a_slash_even_if_it_was_written_without(
    unversioned: EmulatedBucket,
) -> None:
    """Objects lie below it, not beside it."""
    assert Bucket.at(f"s3://{unversioned.name}/a/b").url("c") == f"s3://{unversioned.name}/a/b/c"
    assert Bucket.at(f"s3://{unversioned.name}").url("c") == f"s3://{unversioned.name}/c"
