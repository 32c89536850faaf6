"""The analysers' real programs, one process for each pod that runs, with the pod's identity."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from lightkube import Client
from lightkube.resources.core_v1 import Node, Pod

from containers.analyzer.benchmarks.tools import TOOLS
from rehearsal.cloud.settings import environment_without_aws
from rehearsal.cluster.components import AUDIENCE
from rehearsal.cluster.objects import metadata, name_of, spec_of, status_of, uid_of
from rehearsal.cluster.pod_identity import environment_of_pod
from rehearsal.cluster.ports import free_ports
from tests.rehearsal.checkout import REPOSITORY, Checkout

NAMESPACE = "guardian-prod"
CLUSTER = "silver-guardian-cluster"

_SECONDS_BETWEEN_LOOKS = 0.3
_SECONDS_TO_LEAVE = 5.0
_SOURCES = ("analyzer", "audio_analyzer", "video_analyzer")


@dataclass(kw_only=True)
class Program:
    """The process of a pod, and when it has to be gone once it was told to go."""

    node: str
    log: Path
    process: subprocess.Popen[bytes]
    grace: float
    killed_at: float | None = None


class Programs:
    """Starts a program when its pod runs, tells it to go when the pod ends, as a kubelet does."""

    def __init__(self, checkout: Checkout, client: Client, directory: Path) -> None:
        self._checkout = checkout
        self._client = client
        self._directory = directory
        self._running: dict[str, Program] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="programs")
        self.started: Counter[str] = Counter()
        self.failures: list[str] = []
        """Exit code and log of each program that ended itself badly, or had to be killed."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for program in self._running.values():
            program.process.terminate()
        for program in self._running.values():
            try:
                program.process.wait(_SECONDS_TO_LEAVE)
            except subprocess.TimeoutExpired:
                program.process.kill()
                program.process.wait()

    def _follow(self) -> None:
        while not self._stop.wait(_SECONDS_BETWEEN_LOOKS):
            pods = {
                uid_of(pod): pod
                for pod in self._client.list(Pod, namespace=NAMESPACE, labels={"workload": "ml"})
                if metadata(pod).deletionTimestamp is None
            }
            for uid, pod in pods.items():
                if uid not in self._running and status_of(pod).phase == "Running":
                    self._running[uid] = self._start(pod)
            machines = {name_of(node) for node in self._client.list(Node)}
            for uid in self._running.keys() - pods.keys():
                self._end(uid, machines)

    def _start(self, pod: Pod) -> Program:
        (container,) = spec_of(pod).containers
        self.started[container.name] += 1
        home = self._directory / name_of(pod)
        home.mkdir()
        token = home / "token"
        token.write_text(self._token(container.name))
        given = {v.name: v.value for v in container.env or [] if v.value is not None}
        cloud = self._checkout.cloud
        environment = (
            environment_without_aws()
            | given
            | environment_of_pod(cloud.endpoint, CLUSTER, str(token))
            | TOOLS
            | {
                "AWS_ENDPOINT_URL": cloud.endpoint,
                "HOST": "127.0.0.1",
                "PORT": str(free_ports(1)[0]),
                "TMPDIR": str(home),
                "PYTHONPATH": os.pathsep.join(
                    str(REPOSITORY / "containers" / name / "src") for name in _SOURCES
                ),
            }
        )
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", container.name.replace("-", "_")],
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return Program(
            node=spec_of(pod).nodeName or "",
            log=home / "log",
            process=process,
            grace=float(spec_of(pod).terminationGracePeriodSeconds or 0),
        )

    def _end(self, uid: str, machines: Container[str]) -> None:
        """Say SIGTERM once, and SIGKILL when the grace is over or the machine is gone."""
        program = self._running[uid]
        if program.killed_at is None:
            program.killed_at = time.monotonic() + program.grace
            program.process.send_signal(signal.SIGTERM)
        elif time.monotonic() > program.killed_at or program.node not in machines:
            program.process.kill()
        if (code := program.process.poll()) is not None:
            if code not in (0, -signal.SIGTERM):
                self.failures.append(f"exit code {code}: {program.log.read_text()}")
            del self._running[uid]

    def _token(self, account: str) -> str:
        created = self._checkout.kubectl(
            *("create", "token", account, f"--namespace={NAMESPACE}", f"--audience={AUDIENCE}")
        )
        return created.must_succeed().strip()
