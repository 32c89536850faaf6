"""Fixtures of the queue exporter's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.exporter.tests.running import Running
from containers.queue_exporter.tests.valkey import Valkey, valkey


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    """Start an empty Valkey."""
    with valkey(tmp_path) as started:
        yield started


@pytest.fixture
def exporter(tmp_path: Path, server: Valkey) -> Iterator[Running]:
    """Start an exporter of three queues of that Valkey."""
    with Running(
        "queue_exporter",
        tmp_path / "exporter.log",
        REDIS_HOST="127.0.0.1",
        REDIS_PORT=str(server.port),
        QUEUE_NAMES="stt,mt,lipsync",
    ) as started:
        yield started
