"""S3 as patched: what a pull from a versioned bucket asks for."""

import httpx
import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud.emulator import Emulator

from .roles import REGION


@pytest.mark.parametrize("versioned", [False, True])
def test_a_range_of_an_object_is_a_part_of_it(cloud: Emulator, *, versioned: bool) -> None:
    """With a version as without; one beyond its end is refused."""
    s3 = cloud.client("s3", REGION)
    bucket = f"ranges-{versioned}".lower()
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=bucket, Key="key", Body=b"0123456789")["VersionId"]
    s3.put_object(Bucket=bucket, Key="key", Body=b"0123456789" if not versioned else b"new")
    which = {"Bucket": bucket, "Key": "key"} | ({"VersionId": version} if versioned else {})

    part = s3.get_object(**which, Range="bytes=2-4", ChecksumMode="ENABLED")

    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert (part["ContentRange"], part["Body"].read()) == ("bytes 2-4/10", b"234")
    assert s3.get_object(**which)["Body"].read() == b"0123456789"
    with pytest.raises(ClientError) as refused:
        s3.get_object(**which, Range="bytes=10-")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 416


def test_a_page_of_this_machine_may_do_what_the_buckets_rules_let_its_own_address_do(
    cloud: Emulator,
) -> None:
    """And no more: other methods and other pages are refused, and all where there are no rules."""
    s3 = cloud.client("s3", REGION)
    for bucket in ("with-rules", "without-rules"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    rule = {"AllowedOrigins": ["https://page.example.com"], "AllowedMethods": ["PUT"]}
    s3.put_bucket_cors(Bucket="with-rules", CORSConfiguration={"CORSRules": [rule]})

    def asks(bucket: str, origin: str, method: str) -> bool:
        answer = httpx.options(
            f"{cloud.endpoint}/{bucket}/key",
            headers={"Origin": origin, "Access-Control-Request-Method": method},
            trust_env=False,
        )
        return bool(answer.headers.get("access-control-allow-origin") == origin)

    assert asks("with-rules", "https://page.example.com", "PUT")
    assert asks("with-rules", "http://127.0.0.1:4100", "PUT")
    assert not asks("with-rules", "http://127.0.0.1:4100", "DELETE")
    assert not asks("with-rules", "https://other.example.com", "PUT")
    assert not asks("without-rules", "http://127.0.0.1:4100", "PUT")
