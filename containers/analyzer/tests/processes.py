"""A program as a process with a pod's environment."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

import httpx

from containers.analyzer.benchmarks.tools import local_environment
from containers.analyzer.tests.cloud import Cloud, wait_for
from containers.model_store.tests.emulated import REGION, Emulator
from rehearsal.cluster.ports import free_ports


def environment(emulator: Emulator, cloud: Cloud, scratch: Path, port: int) -> dict[str, str]:
    own = {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_REGION": REGION,
        "S3_BUCKET": cloud.bucket,
        "QUEUE_URL": cloud.queue,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "TMPDIR": str(scratch),
    }
    return local_environment() | emulator.environment | own


class Pod:
    """One running program; `with` waits until it is ready, and kills it, if it still runs."""

    def __init__(
        self, module: str, emulator: Emulator, cloud: Cloud, scratch: Path, **variables: str
    ) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.scratch = scratch
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            env=environment(emulator, cloud, scratch, port) | variables,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Self:
        wait_for(self._is_ready)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.kill()
        self._log.close()

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=30, trust_env=False)

    def asked(self, path: str) -> str:
        """Return what it answers, nothing while it does not listen."""
        try:
            return self.get(path).text
        except httpx.TransportError:
            return ""

    def post(self, **body: object) -> httpx.Response:
        return httpx.post(f"{self.url}/analyze", json=body, timeout=60, trust_env=False)

    def terminate(self) -> None:
        """Do as the kubelet does first."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Do as a lost machine does."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def code(self) -> int:
        return self._process.wait(30)

    @property
    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode()

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, self.log
        try:
            return self.get("/readyz").is_success
        except httpx.TransportError:
            return False
