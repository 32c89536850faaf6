"""The shortcut into a bucket signs as botocore does, and leads nowhere that botocore would not."""

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore import auth

from containers.model_store.tests.ranges import Answer, RangeServer, range_server
from model_store import shortcut
from model_store.bucket import Bucket
from model_store.manifest import File
from model_store.shortcut import RoundaboutError, Shortcut

_FILE = File(path="a23/ü b+~.npz", size=0, sha256="0" * 64, parts=(), etag='"1"', version_id="v/1")
_NOW = datetime(2026, 11, 28, 9, 30, 5, tzinfo=timezone.utc)


class _Clock(datetime):
    """The same moment for both ways."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # of the base class
        assert tz is timezone.utc
        return _NOW


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Make the environment that of a pod, whose clock stands."""
    monkeypatch.setattr(shortcut, "datetime", _Clock)
    monkeypatch.setattr(auth, "get_current_datetime", lambda: _NOW.replace(tzinfo=None))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_REGION", "ap-northeast-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return monkeypatch


@pytest.fixture
def agent() -> Iterator[RangeServer]:
    """Run what answers for the agent of Pod Identity."""
    with range_server() as server:
        yield server


def _parts(url: str) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", sorted(parse_qsl(parts.query))


@pytest.mark.parametrize("token", ["", "a/token+="])
@pytest.mark.parametrize("prefix", ["", "a2f models/"])
@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("models", ""),
        ("models.of.ours", ""),
        ("models", "http://127.0.0.1:9000"),
        ("models", "https://objects.example.com"),
    ],
)
def test_it_signs_as_botocore_does(
    environment: pytest.MonkeyPatch, token: str, name: str, prefix: str, endpoint: str
) -> None:
    """To the last digit of the signature."""
    environment.setenv("AWS_SESSION_TOKEN", token)
    environment.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    ours = Shortcut(name=name, prefix=prefix).source(_FILE)
    theirs = Bucket(name=name, prefix=prefix).source(_FILE)
    assert _parts(ours.url) == _parts(theirs.url)
    assert ours.headers == theirs.headers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_PROFILE", "other"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
        ("AWS_REGION", ""),
    ],
)
def test_settings_that_it_does_not_know_are_left_to_botocore(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """It never reads a bucket in another way than botocore would."""
    environment.setenv(name, value)
    with pytest.raises(RoundaboutError):
        Shortcut(name="models", prefix="")


def test_a_configuration_file_is_left_to_botocore(tmp_path: Path) -> None:
    """It may say anything."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[default]\nuse_fips_endpoint = true\n")
    with pytest.raises(RoundaboutError):
        Shortcut(name="models", prefix="")


@pytest.fixture
def pod(environment: pytest.MonkeyPatch, agent: RangeServer, tmp_path: Path) -> RangeServer:
    """Give the pod an identity instead of a key."""
    (tmp_path / "token").write_text("permit")
    environment.delenv("AWS_ACCESS_KEY_ID")
    address = agent.source("v1/credentials").url
    environment.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)
    environment.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))
    return agent


def test_a_pod_asks_for_its_identity_as_botocore_does(pod: RangeServer) -> None:
    """With the token that EKS put into the pod."""
    granted = {"AccessKeyId": "a", "SecretAccessKey": "s", "Token": "t"}
    granted["Expiration"] = "2126-11-28T15:30:05Z"
    pod.answer = lambda _: Answer(status=200, body=json.dumps(granted).encode())
    ours = Shortcut(name="models", prefix="").source(_FILE)
    assert [request.headers["authorization"] for request in pod.requests] == ["permit"]
    assert _parts(ours.url) == _parts(Bucket(name="models", prefix="").source(_FILE).url)


@pytest.mark.parametrize(
    "answer", [Answer(status=500), Answer(status=200, body=b"[]"), Answer(status=200, body=b"{}")]
)
def test_an_agent_in_trouble_is_left_to_botocore(pod: RangeServer, answer: Answer) -> None:
    """Which asks again."""
    pod.answer = lambda _: answer
    with pytest.raises(RoundaboutError):
        Shortcut(name="models", prefix="")


def test_nobody_else_gets_the_pods_token(environment: pytest.MonkeyPatch, pod: RangeServer) -> None:
    """An address in the environment may be anybody's."""
    environment.setenv(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", pod.source("x").url.replace("127.0.0.1", "localhost")
    )
    with pytest.raises(RoundaboutError):
        Shortcut(name="models", prefix="")
    assert pod.requests == []
