"""Buckets of an emulator of AWS: it knows versions, conditions and checksums as S3 does."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from uuid import uuid4

import boto3

from rehearsal.cluster.ports import free_ports

REGION = "ap-northeast-2"
_SECONDS_TO_START = 30

_KEYS = {"aws_access_key_id": "000000000000", "aws_secret_access_key": "test"}
_CREDENTIALS = {name.upper(): value for name, value in _KEYS.items()}
_NO_OTHERS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1",
}


@dataclass(frozen=True, kw_only=True)
class EmulatedBucket:
    """An empty bucket, and a client that looks at it from outside."""

    name: str
    client: Any

    @property
    def url(self) -> str:
        return f"s3://{self.name}/a2f-models/"

    def keep_versions(self) -> None:
        self.client.put_bucket_versioning(
            Bucket=self.name, VersioningConfiguration={"Status": "Enabled"}
        )

    def put(self, path: str, content: bytes) -> None:
        """Put an object as other tools do, without our checksum."""
        self.client.put_object(Bucket=self.name, Key=f"a2f-models/{path}", Body=content)

    def content(self, path: str, version_id: str = "") -> bytes:
        wanted = {"VersionId": version_id} if version_id else {}
        answer = self.client.get_object(Bucket=self.name, Key=f"a2f-models/{path}", **wanted)
        content: bytes = answer["Body"].read()
        return content

    def remove(self, path: str, version_id: str) -> None:
        key = f"a2f-models/{path}"
        self.client.delete_object(Bucket=self.name, Key=key, VersionId=version_id)

    def versions(self) -> set[tuple[str, str]]:
        listed = self.client.list_object_versions(Bucket=self.name).get("Versions", ())
        return {(version["Key"], version["VersionId"]) for version in listed}

    def unfinished(self) -> list[Any]:
        listed = self.client.list_multipart_uploads(Bucket=self.name)
        uploads: list[Any] = listed.get("Uploads", [])
        return uploads


class Emulator(contextlib.AbstractContextManager["Emulator"]):
    """The emulator, on a free port of 127.0.0.1 until `with` ends."""

    def __init__(self) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        own = {
            "GATEWAY_PORT": str(port),
            "MINISTACK_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",
            "LOG_LEVEL": "ERROR",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env=kept | _NO_OTHERS | own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            assert self._process.poll() is None, "the emulator has ended"
            assert time.monotonic() < deadline, "the emulator does not answer"
            time.sleep(0.05)
        make: Any = boto3.client
        self._client = make("s3", region_name=REGION, endpoint_url=self.url, **_KEYS)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()
        self._process.kill()
        self._process.wait()

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to find the emulator and no other AWS."""
        place = {"AWS_REGION": REGION, "AWS_ENDPOINT_URL_S3": self.url}
        return _CREDENTIALS | _NO_OTHERS | place

    def new_bucket(self) -> EmulatedBucket:
        name = f"models-{uuid4()}"
        place = {"LocationConstraint": REGION}
        self._client.create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return EmulatedBucket(name=name, client=self._client)

    def _answers(self) -> bool:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            direct.open(f"{self.url}/_ministack/health", timeout=2).close()
        except urllib.error.URLError:
            return False
        return True
