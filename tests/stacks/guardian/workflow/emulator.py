"""Starts the emulator, with policies evaluated, and makes its clients."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from rehearsal.cloud.guard import ACCOUNT, SECRET_KEY
from rehearsal.cloud.settings import emulator_environment, endpoint
from rehearsal.cluster.ports import free_ports
from rehearsal.cluster.waiting import answers

from .stack import REGION

_REPOSITORY = Path(__file__).parents[4]
WAIT_SCALE = 0.02
"""Of each second that a state machine waits."""


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """A running emulator."""

    port: int
    log: Path

    @property
    def endpoint(self) -> str:
        """The address of all its services."""
        return endpoint(self.port)

    def client(self, service: str) -> Any:
        """Return the client of a service, with the rights of the root user."""
        return _client(service, self.endpoint)


@contextmanager
def running(directory: Path, *, trust: Path) -> Iterator[Cloud]:
    """Run the emulator; its functions trust the servers of one authority."""
    (port,) = free_ports(1)
    cloud = Cloud(port=port, log=directory / "emulator.log")
    (directory / "tmp").mkdir()
    # There is no cluster here, so no tools.
    environment = {
        **emulator_environment(port, directory, tools=directory),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "SFN_WAIT_SCALE": str(WAIT_SCALE),
        "SSL_CERT_FILE": str(trust),
    }
    with cloud.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.stacks.guardian.workflow.cloud", str(port)],
            cwd=_REPOSITORY,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _await(cloud, process)
        yield cloud
    finally:
        process.terminate()
        process.wait(30)


def _await(cloud: Cloud, process: subprocess.Popen[bytes]) -> None:
    while not answers(f"{cloud.endpoint}/_ministack/health"):
        assert process.poll() is None, cloud.log.read_text()
        time.sleep(0.05)


@cache
def _client(service: str, endpoint: str) -> Any:
    make: Any = boto3.client
    return make(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key=SECRET_KEY,
        config=Config(max_pool_connections=64, read_timeout=120),
    )
