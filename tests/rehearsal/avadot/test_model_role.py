"""What the Audio2Face pod may do in S3, by the credentials that it gets and no others."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from rehearsal.cluster.components import AUDIENCE
from tests.rehearsal.avadot.drill import REGION, AvadotDrill
from tests.rehearsal.avadot.workloads import AUDIO2FACE, NAMESPACE

pytestmark = pytest.mark.rehearsal

_MODEL, _ENGINE, _OTHER = "a2f-models/x", "a2f-engines/x", "voices/x"


@dataclass(frozen=True, kw_only=True)
class Storage:
    s3: Any
    bucket: str
    foreign: str
    """A bucket that is none of the pod's business."""


@pytest.fixture(scope="module")
def storage(deployed: AvadotDrill) -> Storage:
    cloud = deployed.checkout.cloud
    root = cloud.client("s3", REGION)
    (bucket,) = deployed.model_store("--bucket")
    foreign = "somebody-elses"
    root.create_bucket(Bucket=foreign, CreateBucketConfiguration={"LocationConstraint": REGION})
    root.put_object(Bucket=foreign, Key=_MODEL, Body=b"x")
    for key in (_MODEL, _ENGINE, _OTHER):
        root.put_object(Bucket=bucket, Key=key, Body=b"x")
    keys = _credentials(deployed)
    s3 = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint,
        region_name=REGION,
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys["sessionToken"],
    )
    return Storage(s3=s3, bucket=bucket, foreign=foreign)


def test_models_may_be_read(storage: Storage) -> None:
    """It gets models, and lists what is below their prefix."""
    body = storage.s3.get_object(Bucket=storage.bucket, Key=_MODEL)["Body"].read()
    listed = storage.s3.list_objects_v2(Bucket=storage.bucket, Prefix="a2f-models/")

    assert body == b"x"
    assert [entry["Key"] for entry in listed["Contents"]] == [_MODEL]


def test_engines_may_be_read_and_written(storage: Storage) -> None:
    """It puts the engine that it has built, and finds and gets those of other pods."""
    storage.s3.put_object(Bucket=storage.bucket, Key=_ENGINE, Body=b"built")

    body = storage.s3.get_object(Bucket=storage.bucket, Key=_ENGINE)["Body"].read()
    listed = storage.s3.list_objects_v2(Bucket=storage.bucket, Prefix="a2f-engines/")
    assert body == b"built"
    assert [entry["Key"] for entry in listed["Contents"]] == [_ENGINE]


def test_models_may_not_be_written(storage: Storage) -> None:
    """It cannot replace a model that others load."""
    with _refused():
        storage.s3.put_object(Bucket=storage.bucket, Key=_MODEL, Body=b"y")


def test_other_keys_are_closed(storage: Storage) -> None:
    """It neither reads nor writes beside its two prefixes."""
    with _refused():
        storage.s3.get_object(Bucket=storage.bucket, Key=_OTHER)
    with _refused():
        storage.s3.put_object(Bucket=storage.bucket, Key=_OTHER, Body=b"y")


def test_other_buckets_are_closed(storage: Storage) -> None:
    """It has no way into another bucket, whatever the key."""
    with _refused():
        storage.s3.get_object(Bucket=storage.foreign, Key=_MODEL)
    with _refused():
        storage.s3.list_objects_v2(Bucket=storage.foreign, Prefix="a2f-models/")


@pytest.mark.parametrize("prefix", ["", "voices/", "a2f-"])
def test_the_rest_of_the_bucket_is_not_listed(storage: Storage, prefix: str) -> None:
    """It lists models and engines only."""
    with _refused():
        storage.s3.list_objects_v2(Bucket=storage.bucket, Prefix=prefix)


@pytest.mark.parametrize("key", [_MODEL, _ENGINE])
def test_nothing_may_be_deleted(storage: Storage, key: str) -> None:
    """It deletes neither models nor engines."""
    with _refused():
        storage.s3.delete_object(Bucket=storage.bucket, Key=key)


def _credentials(drill: AvadotDrill) -> dict[str, str]:
    token = drill.checkout.kubectl(
        *("create", "token", AUDIO2FACE, f"--namespace={NAMESPACE}", f"--audience={AUDIENCE}")
    ).must_succeed()
    cloud = drill.checkout.cloud
    (cluster,) = cloud.client("eks", REGION).list_clusters()["clusters"]
    answer = cloud.client("eks-auth", REGION).assume_role_for_pod_identity(
        clusterName=cluster, token=token.strip()
    )
    credentials: dict[str, str] = answer["credentials"]
    return credentials


@contextmanager
def _refused() -> Iterator[None]:
    with pytest.raises(ClientError) as refusal:
        yield
    assert refusal.value.response["Error"]["Code"] in ("AccessDenied", "403")
