"""Starts and stops the emulator of a directory."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.cloud import guard, helm
from rehearsal.cloud.aws_cli import client
from rehearsal.cloud.clients import aws_client
from rehearsal.cloud.lock import Lock
from rehearsal.cloud.postgres.server import remove_data
from rehearsal.cloud.settings import client_environment, emulator_environment, endpoint
from rehearsal.cluster.ports import free_ports
from rehearsal.cluster.processes import Processes
from rehearsal.cluster.waiting import answers

_HELM = """#!/bin/sh
exec "{python}" "{helm}" "{charts}" "$@"
"""
_AWS = """#!/bin/sh
# A token for EKS is a call to STS that is signed and never sent. The cluster takes it only for
# the address of STS itself, so the endpoint of the emulator is hidden while it is signed.
case " $* " in
    *" eks get-token "*) unset AWS_ENDPOINT_URL ;;
esac
exec "{python}" -I -S "{client}" "{directory}" "$@"
"""


def _install_programs(directory: Path, *, charts: Path) -> None:
    """Write `helm`, which only notes the chart in `charts`, and `aws`, which signs for EKS."""
    directory.mkdir(exist_ok=True)
    scripts = {
        "helm": _HELM.format(python=sys.executable, helm=helm.__file__, charts=charts),
        "aws": _AWS.format(python=sys.executable, client=client.__file__, directory=directory),
    }
    for name, script in scripts.items():
        (directory / name).write_text(script)
        (directory / name).chmod(0o755)


_SECONDS_TO_START = 30.0
_SECONDS_TO_STOP = 20.0
_SECONDS_TO_CHECKPOINT = 180.0
_SECONDS_TO_ANSWER = 30.0
_REPOSITORY = Path(__file__).parents[2]

_started: dict[Path, subprocess.Popen[bytes]] = {}
"""Emulators that this very process started, to be collected when they end."""


class EmulatorError(RuntimeError):
    """The emulator does not run; the message is one sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """A running emulator, alive after the command that started it has ended."""

    directory: Path
    port: int

    @property
    def endpoint(self) -> str:
        return endpoint(self.port)

    @property
    def charts(self) -> Path:
        """Where each chart that was not installed is noted, one file for each."""
        return self.directory / "charts"

    @property
    def log(self) -> Path:
        return self.directory / "emulator.log"

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401 - boto3 ships no types
        """Return a boto3 client of its root user."""
        return aws_client(
            service,
            region,
            endpoint_url=self.endpoint,
            aws_access_key_id=guard.ACCOUNT,
            aws_secret_access_key=guard.SECRET_KEY,
        )

    def save(self, directory: Path) -> None:
        """Write all that runs to a new directory, from which another emulator can `restore`."""
        self._checkpoint("save", directory)

    def restore(self, directory: Path) -> None:
        """Let it run what another has saved; raise `EmulatorError` if that is not possible."""
        self._checkpoint("restore", directory)

    def _checkpoint(self, verb: str, directory: Path) -> None:
        content = {"directory": str(directory.resolve())}
        self.tell(f"checkpoint/{verb}", content, seconds=_SECONDS_TO_CHECKPOINT)

    def tell(
        self, path: str, content: Mapping[str, str], *, seconds: float = _SECONDS_TO_ANSWER
    ) -> None:
        """Tell a route of the rehearsal's own; raise `EmulatorError` with its refusal."""
        request = urllib.request.Request(  # noqa: S310 - of this machine
            f"{self.endpoint}/rehearsal/{path}", data=json.dumps(content).encode()
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            direct.open(request, timeout=seconds).close()
        except urllib.error.HTTPError as error:
            raise EmulatorError(json.load(error)["message"]) from None
        except OSError as error:
            raise EmulatorError(str(error)) from None

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of a program that shall see this emulator and no other AWS."""
        return client_environment(self.port)


def running(directory: Path) -> Emulator | None:
    state = directory / "emulator.json"
    if Lock(directory).holder() is None or not state.exists():
        return None
    return Emulator(directory=directory, port=json.loads(state.read_text())["port"])


def start(directory: Path, tools: Path) -> Emulator:
    """Start an emulator that outlives this process; raise `EmulatorError` if it does not come up.

    `tools` is the directory with kubectl, aws and the programs of the control plane.
    """
    directory = directory.resolve()
    (directory / "tmp").mkdir(parents=True, exist_ok=True)
    (port,) = free_ports(1)
    emulator = Emulator(directory=directory, port=port)
    _install_programs(directory / "bin", charts=emulator.charts)
    with emulator.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "rehearsal.cloud", str(directory), str(tools.resolve())],
            cwd=_REPOSITORY,
            env=emulator_environment(port, directory, tools),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _started[directory] = process
    (directory / "emulator.json").write_text(json.dumps({"port": port}))
    _await_answer(emulator, process)
    return emulator


def stop(directory: Path) -> bool:
    """Stop the directory's emulator and what a crash of it has left; return if anything ran."""
    stopped = Lock(directory).end_holder(_SECONDS_TO_STOP)
    if child := _started.pop(directory.resolve(), None):
        child.wait(_SECONDS_TO_STOP)
    for kind in ("clusters", "databases", "caches"):
        for ledger in directory.glob(f"{kind}/*/processes.jsonl"):
            left = Processes(ledger.parent)
            stopped = stopped or bool(left.running())
            left.stop(())
    remove_data(directory)
    return stopped


def _await_answer(emulator: Emulator, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while not answers(f"{emulator.endpoint}/_ministack/health"):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            lines = emulator.log.read_text(errors="replace").splitlines()
            last = next((line for line in reversed(lines) if line.strip()), "it wrote nothing")
            message = f"the AWS emulator did not start: {last} (whole log: {emulator.log})"
            raise EmulatorError(message)
        time.sleep(0.05)
