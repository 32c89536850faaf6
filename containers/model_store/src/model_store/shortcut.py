"""A pull's way into the bucket without botocore, whose import takes as long as 300 MB of models."""

import json
import os
from datetime import datetime, timezone
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

from model_store.failure import Failure
from model_store.manifest import File, Manifest
from model_store.signature import Credentials, presigned
from model_store.transfer.channel import trust
from model_store.transfer.source import Source

_AGENTS = ("169.254.170.23", "fd00:ec2::23", "127.0.0.1")
"""Where EKS Pod Identity answers, and what stands in for it on one machine."""

_KNOWN = {
    *("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3", "AWS_CA_BUNDLE"),
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
    *("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"),
    *("AWS_EC2_METADATA_DISABLED", "AWS_STS_REGIONAL_ENDPOINTS"),
}
"""Settings that are obeyed here, or do not concern a reader; with any other, botocore decides."""

_FILES = (("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials"))
_OK = 200
_SECONDS = 5.0
_URL_SECONDS = 6 * 3600


class RoundaboutError(Exception):
    """The shortcut does not lead there; the other way does, or says why not."""


class Shortcut:
    """The bucket of a pod: all settings stand in its environment; raises `RoundaboutError`."""

    def __init__(self, *, name: str, prefix: str) -> None:
        if not _is_plain():
            raise RoundaboutError
        try:
            self._region = os.environ.get("AWS_REGION") or os.environ["AWS_DEFAULT_REGION"]
            self._credentials = _credentials()
        except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
            raise RoundaboutError from error
        self._below = _below(name, self._region) + quote(prefix.strip("/") + "/").lstrip("/")

    def read_manifest(self, version: str) -> Manifest:
        """Return the list of the version's files."""
        try:
            text = _get(self._url(f"manifests/{version}.json", {}), {})
            return Manifest.from_json(text, expected=version)
        except (OSError, HTTPException, ValueError, Failure) as error:
            raise RoundaboutError from error

    def source(self, file: File) -> Source:
        """Say where the file can be read for some hours: this version of it, with this ETag."""
        url = self._url(file.path, {"versionId": file.version_id})
        return Source(url=url, headers={"If-Match": file.etag})

    def _url(self, path: str, query: dict[str, str]) -> str:
        return presigned(
            self._below + quote(path),
            query,
            credentials=self._credentials,
            region=self._region,
            now=datetime.now(timezone.utc),
            seconds=_URL_SECONDS,
        )


def _is_plain() -> bool:
    """Say whether nothing is set that only botocore knows."""
    files = [
        Path(os.environ.get(name) or f"~/.aws/{default}").expanduser() for name, default in _FILES
    ]
    names = {name for name in os.environ if name.startswith("AWS_")}
    return names <= _KNOWN and not any(file.is_file() for file in files)


def _credentials() -> Credentials:
    if key_id := os.environ.get("AWS_ACCESS_KEY_ID"):
        secret = os.environ["AWS_SECRET_ACCESS_KEY"]
        token = os.environ.get("AWS_SESSION_TOKEN", "")
        return Credentials(key_id=key_id, secret=secret, token=token)
    agent = os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    if urlsplit(agent).hostname not in _AGENTS:
        message = f"{agent} is not known"
        raise ValueError(message)
    permit = Path(os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read_text(encoding="ascii")
    answer = json.loads(_get(agent, {"Authorization": permit}))
    return Credentials(
        key_id=answer["AccessKeyId"], secret=answer["SecretAccessKey"], token=answer["Token"]
    )


def _below(bucket: str, region: str) -> str:
    """Return the URL of the bucket with a slash at its end."""
    endpoint = urlsplit(
        os.environ.get("AWS_ENDPOINT_URL_S3") or f"https://s3.{region}.amazonaws.com"
    )
    host = endpoint.hostname or ""
    # Certificates cover no names with more dots, and addresses have no names below them.
    if "." in bucket or ":" in host or host.replace(".", "").isdigit():
        return f"{endpoint.scheme}://{endpoint.netloc}/{bucket}/"
    return f"{endpoint.scheme}://{bucket}.{endpoint.netloc}/"


def _get(url: str, headers: dict[str, str]) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = (
        HTTPSConnection(host, parts.port, timeout=_SECONDS, context=trust())
        if parts.scheme == "https"
        else HTTPConnection(host, parts.port, timeout=_SECONDS)
    )
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
        answer = connection.getresponse()
        content = answer.read().decode()
    finally:
        connection.close()
    if answer.status != _OK:
        message = f"{host} answered {answer.status}"
        raise ValueError(message)
    return content
