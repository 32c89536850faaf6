"""Where a step reads and writes: a directory or a prefix of a bucket. What is put is whole."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from step.failure import Failed, WrongSetup

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 5},
    # In us-east-1 boto3 would ask S3's global host.
    s3={"us_east_1_regional_endpoint": "regional"},
)
_MISSING = {"NoSuchKey", "NoSuchBucket", "404"}
_S3 = "s3://"


class Missing(WrongSetup):
    """There is no such file, nor will there be one when it is asked for again."""


class Place(Protocol):
    """What holds files by their names."""

    def fetch(self, name: str, to: Path) -> None:
        """Copy a file from here; raise `Missing` if there is none, else `Failed`."""

    def put(self, name: str, source: Path) -> None:
        """Copy a file to here, under its name only once it is whole; raise `Failed`."""


def place(text: str) -> Place:
    """Return the place that a directory or `s3://BUCKET/PREFIX/` names; raise `WrongSetup`."""
    if not text.startswith(_S3):
        return _Directory(path=Path(text))
    bucket, _, prefix = text.removeprefix(_S3).partition("/")
    if not bucket:
        sentence = f"{text!r} names no bucket: write s3://BUCKET/PREFIX/ or a directory"
        raise WrongSetup(sentence)
    return _Prefix(bucket=bucket, prefix=f"{prefix.rstrip('/')}/" if prefix else "")


def local(text: str, folder: Path) -> Path:
    """Return the path of one file: where it is, or in `folder` if it comes from a bucket.

    Raise `Missing` if there is none, else `Failed`.
    """
    if not text.startswith(_S3):
        if not Path(text).is_file():
            sentence = f"there is no file {text}"
            raise Missing(sentence)
        return Path(text)
    above, _, name = text.rpartition("/")
    if not name or above == "s3:/":
        sentence = f"{text!r} names no object: write s3://BUCKET/KEY or a file"
        raise Missing(sentence)
    path = folder / name
    place(above).fetch(name, path)
    return path


@dataclass(frozen=True, kw_only=True)
class _Directory:
    path: Path

    def fetch(self, name: str, to: Path) -> None:
        with _doing("read", str(self.path / name)):
            shutil.copyfile(self.path / name, to)

    def put(self, name: str, source: Path) -> None:
        with _doing("write", str(self.path / name)):
            self.path.mkdir(parents=True, exist_ok=True)
            # In the same directory, since only there a name is changed in one stroke.
            with tempfile.TemporaryDirectory(dir=self.path, prefix=".") as unfinished:
                part = Path(unfinished, name)
                shutil.copyfile(source, part)
                part.replace(self.path / name)


@dataclass(frozen=True, kw_only=True)
class _Prefix:
    bucket: str
    prefix: str

    def fetch(self, name: str, to: Path) -> None:
        with _doing("read", self._url(name)):
            self._client.download_file(self.bucket, self.prefix + name, str(to))

    def put(self, name: str, source: Path) -> None:
        # In one request: an upload in parts leaves them where it is interrupted.
        with _doing("write", self._url(name)), source.open("rb") as body:
            self._client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=body)

    def _url(self, name: str) -> str:
        return f"{_S3}{self.bucket}/{self.prefix}{name}"

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - boto3 ships no types
        make: Any = boto3.client
        # boto3 itself knows AWS_DEFAULT_REGION only.
        return make("s3", region_name=os.environ.get("AWS_REGION") or None, config=_CONFIG)


@contextmanager
def _doing(verb: str, where: str) -> Iterator[None]:
    """Turn what a disk or S3 says into `Missing` or `Failed`."""
    try:
        yield
    except FileNotFoundError as error:
        sentence = f"there is no {where}"
        raise Missing(sentence) from error
    except OSError as error:
        sentence = f"cannot {verb} {where}: {error.strerror or error}"
        raise Failed(sentence) from error
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _MISSING:
            sentence = f"there is no {where}"
            raise Missing(sentence) from error
        if code in ("403", "AccessDenied"):
            # Without the right to list, S3 says the same of an object that is not there.
            unless = ", or there is none" if verb == "read" else ""
            sentence = f"S3 does not permit to {verb} {where}{unless}"
            raise Failed(sentence) from error
        sentence = f"S3 did not {verb} {where}: {code}"
        raise Failed(sentence) from error
    except (BotoCoreError, Boto3Error, ValueError) as error:
        reason = " ".join(str(error).split())
        sentence = f"S3 cannot be asked to {verb} {where}: {reason}"
        raise Failed(sentence) from error
