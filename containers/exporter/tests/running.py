"""An exporter as a process with a pod's environment, and what a scrape of it says."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

from prometheus_client.parser import text_string_to_metric_families

from rehearsal.cluster.ports import free_ports

_ROOT = Path(__file__).parents[3]
_SOURCES = [
    _ROOT / "containers" / name / "src" for name in ("exporter", "queue_exporter", "cost_exporter")
]
_PATIENCE_SECONDS = 20

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Scrape:
    """The samples of one scrape, as Prometheus' own parser reads them."""

    values: Mapping[tuple[str, Labels], float] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Self:
        values = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                key = (sample.name, tuple(sorted(sample.labels.items())))
                assert key not in values, f"{key} is there twice"
                values[key] = sample.value
        return cls(values)

    def __call__(self, name: str, **labels: str) -> float:
        return self.values[name, tuple(sorted(labels.items()))]

    def all(self, name: str) -> dict[Labels, float]:
        return {labels: value for (known, labels), value in self.values.items() if known == name}

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.values}


def environment(**variables: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, _SOURCES)),
        "HOST": "127.0.0.1",
    } | variables


def ended(module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )


class Running:
    """A running exporter; `with` waits until it answers, and ends it."""

    def __init__(self, module: str, log: Path, **variables: str) -> None:
        (self.port,) = free_ports(1)
        self._log = log
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module],
                env=environment(PORT=str(self.port), **variables),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Self:
        wait_for(self._answers)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def memory_mib(self) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def scrape(self) -> Scrape:
        status, text = self.get("/metrics")
        assert status == 200, text
        return Scrape.read(text)

    def terminate(self) -> int:
        """Do as the kubelet does first, and return the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(_PATIENCE_SECONDS)

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.log
        try:
            return self.get("/health")[0] == 200
        except OSError:
            return False


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
