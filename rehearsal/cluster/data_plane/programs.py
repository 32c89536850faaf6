"""Runs the real program of a pod while the pod runs: one process for each, started and ended so."""

import logging
import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.objects import (
    key_of,
    metadata,
    name_of,
    namespace_of,
    status_of,
    uid_of,
)
from rehearsal.cluster.ports import free_ports
from rehearsal.cluster.processes import Processes, ProcessRecord

_SECONDS_BEFORE_RESTART = 1.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Command:
    """How a pod's program is started, and its files."""

    line: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[Path, bytes] = field(default_factory=dict)
    reload: signal.Signals | None = signal.SIGHUP
    """What makes it read changed files again, if something does."""


class Program(Protocol):
    """A program that runs here for certain pods."""

    def port_of(self, pod: Pod) -> int | None:
        """Return the pod's port at which it answers, or nothing if it is not that pod's program."""

    def command(self, pod: Pod, port: int) -> Command | None:
        """Say how to start it so that it listens on a port, or nothing while something lacks."""


@dataclass(kw_only=True)
class _Running:
    command: Command
    record: ProcessRecord
    ended_at: float = 0.0


class PodPrograms:
    """The processes of all pods; a pod's port of this machine stays the same by its name."""

    def __init__(self, pods: Informer[Pod], directory: Path, programs: Sequence[Program]) -> None:
        self._pods = pods
        self._processes = Processes(directory)
        self._programs = programs
        self._running: dict[str, _Running] = {}
        self._ports: dict[tuple[str, str], int] = {}

    def answers_at(self, pod: Pod, port: int) -> int | None:
        """Return the port of this machine where the program of a pod listens, if one should."""
        for program in self._programs:
            if program.port_of(pod) == port:
                return self._port_of(pod)
        return None

    def reconcile(self) -> None:
        """Start, tell, start again and end what is due."""
        present = {uid_of(pod): pod for pod in self._pods.all() if _is_up(pod)}
        for uid in self._running.keys() - present.keys():
            self._processes.stop_only([self._running.pop(uid).record.name])
        for pod in present.values():
            for program in self._programs:
                if program.port_of(pod) is not None:
                    self._look_after(pod, program)

    def running(self) -> tuple[ProcessRecord, ...]:
        """Return the processes that are alive."""
        return self._processes.running()

    def stop(self) -> None:
        self._processes.stop(())

    def _look_after(self, pod: Pod, program: Program) -> None:
        try:
            if command := program.command(pod, self._port_of(pod)):
                self._tend(pod, command)
        except Exception:  # noqa: BLE001 - one pod's program must not stop the others
            _LOG.exception("%s", name_of(pod))

    def _tend(self, pod: Pod, command: Command) -> None:
        running = self._running.get(uid_of(pod))
        if running is None:
            self._start(pod, command)
        elif not running.record.is_alive:
            running.ended_at = running.ended_at or time.monotonic()
            if time.monotonic() - running.ended_at > _SECONDS_BEFORE_RESTART:
                _LOG.info("%s had ended and is started again", running.record.name)
                self._start(pod, command)
        elif (running.command.line, running.command.environment) != (
            command.line,
            command.environment,
        ):
            self._processes.stop_only([running.record.name])
            self._start(pod, command)
        elif running.command.files != command.files:
            _write(command, running.command)
            running.command = command
            if command.reload is not None:
                with suppress(ProcessLookupError):
                    os.kill(running.record.pid, command.reload)

    def _start(self, pod: Pod, command: Command) -> None:
        _write(command)
        name = f"{namespace_of(pod)}.{name_of(pod)}"
        # A collected child is forgotten, one that was killed from outside is not.
        self._processes.stop_only([name])
        record = self._processes.start(name, command.line, command.environment)
        self._running[uid_of(pod)] = _Running(command=command, record=record)

    def _port_of(self, pod: Pod) -> int:
        if key_of(pod) not in self._ports:
            (self._ports[key_of(pod)],) = free_ports(1)
        return self._ports[key_of(pod)]


def _is_up(pod: Pod) -> bool:
    return status_of(pod).phase == "Running" and metadata(pod).deletionTimestamp is None


def _write(command: Command, former: Command | None = None) -> None:
    for file in former.files.keys() - command.files.keys() if former else ():
        file.unlink(missing_ok=True)
    for file, content in command.files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
