"""What runs in a step's main container: a program of this machine, or what plays it."""

import signal
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from rehearsal.cluster.agent.images import Behaviour, PulledImage
from rehearsal.cluster.played_steps import PlayedStep
from rehearsal.cluster.processes import Processes, ProcessRecord

TERMINATED, KILLED = 128 + signal.SIGTERM, 128 + signal.SIGKILL
NOT_STARTED = 64
"""The code of Argo's executor where the fault is not the program's."""
_TIME_TO_FAIL = 1.0
_LONGEST_MESSAGE = 2048


@dataclass(frozen=True, kw_only=True)
class End:
    """How a program has ended."""

    code: int
    reason: str = ""
    message: str = ""

    def __post_init__(self) -> None:
        if not self.reason:
            object.__setattr__(self, "reason", "Error" if self.code else "Completed")


class Main(Protocol):
    """What runs in the container, and can be ended."""

    def end(self, time: datetime) -> End | None:
        """Return how it has ended, or nothing while it runs."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it, and all that it has started."""


class PlayedMain:
    """A step without a program here."""

    def __init__(self, step: PlayedStep, started: datetime) -> None:
        self._step = step
        self._ends = started + timedelta(seconds=step.seconds)
        self._end: End | None = None

    def end(self, time: datetime) -> End | None:
        step = self._step
        if self._end is None and not step.hangs and time >= self._ends:
            self._end = End(code=step.exit_code, reason=step.reason, message=step.message)
        return self._end

    def terminate(self) -> None:
        if not self._step.deaf:
            self._end = self._end or End(code=TERMINATED)

    def kill(self) -> None:
        self._end = self._end or End(code=KILLED)


class ProcessMain:
    """A step whose program runs here."""

    def __init__(
        self, processes: Processes, record: ProcessRecord, *, tells_last_words: bool
    ) -> None:
        self._processes = processes
        self._record = record
        self._tells_last_words = tells_last_words
        self._end: End | None = None

    def end(self, time: datetime) -> End | None:  # noqa: ARG002 - a process knows by itself
        if self._end is None:
            code = self._processes.exit_code(self._record)
            if code is None:
                return None
            words = self._last_words() if code and self._tells_last_words else ""
            self._end = End(code=code, message=words)
        return self._end

    def terminate(self) -> None:
        if self._end is None:
            self._processes.signal(self._record, signal.SIGTERM)

    def kill(self) -> None:
        if self._end is None:
            self._processes.signal(self._record, signal.SIGKILL)

    def _last_words(self) -> str:
        log = self._processes.log(self._record.name).read_text(errors="replace")
        return log.strip()[-_LONGEST_MESSAGE:]


class EndedMain:
    """What could not be started, or has been lost."""

    def __init__(self, end: End) -> None:
        self._end = end

    def end(self, time: datetime) -> End | None:  # noqa: ARG002 - it has ended before
        return self._end

    def terminate(self) -> None:
        """Do nothing."""

    def kill(self) -> None:
        """Do nothing."""


def played_by(image: PulledImage) -> PlayedStep:
    """Return how a step of this image goes, by the image's notes."""
    match image.behaviour:
        case Behaviour.CRASH:
            return PlayedStep(seconds=_TIME_TO_FAIL, exit_code=1)
        case Behaviour.OUT_OF_MEMORY:
            return PlayedStep(seconds=_TIME_TO_FAIL, exit_code=KILLED, reason="OOMKilled")
        case Behaviour.NEVER_READY:
            return PlayedStep(hangs=True)
    return image.step or PlayedStep(seconds=image.startup_seconds)
