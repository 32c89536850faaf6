"""A cluster to talk to, and the credentials of the function."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .api_server import ApiServer, serve


@pytest.fixture
def api(tmp_path: Path) -> Iterator[ApiServer]:
    with serve(tmp_path) as server:
        yield server


@pytest.fixture(autouse=True)
def _role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "000000000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.setenv("AWS_REGION", "ap-northeast-2")
