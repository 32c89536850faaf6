"""The stand-in for S3 must itself do what S3 does, or the tests that use it prove nothing."""

import base64
import hashlib
import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from containers.model_store.tests.examples import content
from containers.model_store.tests.s3.access import Access
from containers.model_store.tests.s3.server import Server
from containers.model_store.tests.s3.serving import Pace

_BUCKET = "models"


def _client(server: Server) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(signature_version="s3v4", retries={"total_max_attempts": 1}),
        verify=str(server.certificate) if server.url.startswith("https") else None,
    )


def _sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path, bucket=_BUCKET, versioned=True, tls=request.param) as server:
        yield server


def test_what_was_uploaded_comes_back(either: Server) -> None:
    """A large file by boto3's own multipart upload; its trailing checksums are no content."""
    client, data = _client(either), content("large", 20 << 20)
    client.upload_fileobj(io.BytesIO(data), _BUCKET, "large file+.bin")
    got = io.BytesIO()
    client.download_fileobj(_BUCKET, "large file+.bin", got)
    assert got.getvalue() == data


def test_a_range_of_an_old_version_can_be_read(either: Server) -> None:
    """An object that was replaced is still there under its version id."""
    client = _client(either)
    old = client.put_object(Bucket=_BUCKET, Key="a", Body=io.BytesIO(b"0123456789"))
    client.put_object(Bucket=_BUCKET, Key="a", Body=b"replaced")
    wanted = {"VersionId": old["VersionId"], "IfMatch": old["ETag"], "Range": "bytes=3-5"}
    answer = client.get_object(Bucket=_BUCKET, Key="a", **wanted)
    assert (answer["Body"].read(), answer["ContentRange"]) == (b"345", "bytes 3-5/10")


def test_the_etag_of_a_replaced_object_no_longer_matches(server: Server) -> None:
    """If-Match is what keeps two contents apart in a bucket without versions."""
    client = _client(server)
    old = client.put_object(Bucket=_BUCKET, Key="a", Body=b"the same bytes")
    client.put_object(Bucket=_BUCKET, Key="a", Body=b"the same bytes")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.get_object(Bucket=_BUCKET, Key="a", IfMatch=old["ETag"])


def test_damaged_uploads_are_refused(server: Server) -> None:
    """The checksum that a client sends is computed, for whole objects and for parts."""
    client = _client(server)
    with pytest.raises(ClientError, match="BadDigest"):
        client.put_object(Bucket=_BUCKET, Key="a", Body=b"sent", ChecksumSHA256=_sha256(b"meant"))
    upload = client.create_multipart_upload(Bucket=_BUCKET, Key="a")["UploadId"]
    with pytest.raises(ClientError, match="BadDigest"):
        client.upload_part(
            Bucket=_BUCKET,
            Key="a",
            UploadId=upload,
            PartNumber=1,
            Body=b"sent",
            ChecksumSHA256=_sha256(b"meant"),
        )
    client.abort_multipart_upload(Bucket=_BUCKET, Key="a", UploadId=upload)
    assert not list(server.objects.all_keys())


def test_only_the_first_conditional_write_wins(server: Server) -> None:
    """If-None-Match: * never replaces."""
    client = _client(server)
    client.put_object(Bucket=_BUCKET, Key="a", Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.put_object(Bucket=_BUCKET, Key="a", Body=b"second", IfNoneMatch="*")
    assert client.get_object(Bucket=_BUCKET, Key="a")["Body"].read() == b"first"


def test_a_write_instead_of_another_needs_that_one(server: Server) -> None:
    """If-Match with an ETag that is no longer the object's."""
    client = _client(server)
    first = client.put_object(Bucket=_BUCKET, Key="a", Body=b"first")
    client.put_object(Bucket=_BUCKET, Key="a", Body=b"second", IfMatch=first["ETag"])
    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.put_object(Bucket=_BUCKET, Key="a", Body=b"third", IfMatch=first["ETag"])
    assert client.get_object(Bucket=_BUCKET, Key="a")["Body"].read() == b"second"


def test_listings_come_in_pages_and_folders(server: Server) -> None:
    """Every key once, over several pages; with a delimiter, folders instead of what is in them."""
    client = _client(server)
    for number in range(5):
        client.put_object(Bucket=_BUCKET, Key=f"a b/{number}", Body=b"")
    pages = client.get_paginator("list_objects_v2")
    listed = [
        entry["Key"]
        for page in pages.paginate(Bucket=_BUCKET, PaginationConfig={"PageSize": 2})
        for entry in page["Contents"]
    ]
    assert listed == [f"a b/{number}" for number in range(5)]
    [folder] = client.list_objects_v2(Bucket=_BUCKET, Delimiter="/")["CommonPrefixes"]
    assert folder == {"Prefix": "a b/"}


def test_keys_never_lead_out_of_the_directory(tmp_path: Path) -> None:
    """The server itself is no way around the tests of path traversal."""
    (tmp_path / "secret").write_bytes(b"secret")
    root = tmp_path / "root"
    root.mkdir()
    with Server(root, bucket=_BUCKET) as server, pytest.raises(ClientError, match="NoSuchKey"):
        _client(server).get_object(Bucket=_BUCKET, Key="../secret")


@pytest.mark.parametrize(
    ("access", "status", "said"),
    [
        (Access(), 200, "hello"),
        (Access(access_key="another"), 403, "InvalidAccessKeyId"),
        (Access(region="eu-west-1"), 301, "PermanentRedirect"),
        (Access(presigned_seconds=-2), 403, "has expired"),
    ],
    ids=["permitted", "key", "region", "time"],
)
def test_who_may_not_read_is_refused(
    tmp_path: Path, access: Access, status: int, said: str
) -> None:
    """By the access key, the region and the time of a presigned URL."""
    (tmp_path / "a").write_text("hello")
    with Server(tmp_path, bucket=_BUCKET, access=access) as server:
        wanted = {"Bucket": _BUCKET, "Key": "a"}
        url = urlsplit(_client(server).generate_presigned_url("get_object", Params=wanted))
        connection = HTTPConnection(url.netloc)
        connection.request("GET", f"{url.path}?{url.query}")
        answer = connection.getresponse()
        assert (answer.status, said in answer.read().decode()) == (status, True)
        connection.close()


def test_all_connections_together_are_as_slow_as_asked(tmp_path: Path) -> None:
    """Two megabytes by two connections, at ten a second for both."""
    for key in ("a", "b"):
        (tmp_path / key).write_bytes(bytes(1_000_000))
    with Server(tmp_path, bucket=_BUCKET, pace=Pace(total_mb=10)) as server:
        client = _client(server)
        began = time.monotonic()
        with ThreadPoolExecutor() as threads:
            sizes = threads.map(
                lambda key: len(client.get_object(Bucket=_BUCKET, Key=key)["Body"].read()),
                ("a", "b"),
            )
            assert list(sizes) == [1_000_000, 1_000_000]
        assert 0.15 < time.monotonic() - began < 1


def test_a_connection_is_as_slow_as_asked(tmp_path: Path) -> None:
    """Two megabytes at ten a second, and 50 ms before them."""
    (tmp_path / "a").write_bytes(bytes(2_000_000))
    pace = Pace(first_byte_ms=50, connection_mb=10)
    with Server(tmp_path, bucket=_BUCKET, pace=pace) as server:
        client = _client(server)
        began = time.monotonic()
        client.get_object(Bucket=_BUCKET, Key="a")["Body"].read()
        assert 0.2 < time.monotonic() - began < 1
