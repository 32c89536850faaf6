"""One step under way: what runs in it, and what is reported of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
from lightkube import ApiError

from rehearsal.cluster.agent.steps.mains import KILLED, End, Main
from rehearsal.cluster.agent.steps.results import TaskResult
from rehearsal.cluster.agent.steps.step import Step
from rehearsal.cluster.played_steps import PlayedStep, Report

DEADLINE = "Step exceeded its deadline"


@dataclass(kw_only=True)
class Run:
    """A step whose main container has been started."""

    step: Step
    main: Main
    played: PlayedStep
    result: TaskResult
    home: Path
    """In which the files of the container lie."""
    reported: End | None = None
    """How the container that reports has ended."""
    _killed_at: datetime | None = None
    _failures: list[str] = field(default_factory=list)
    _message: str = ""

    def begin(self) -> None:
        """Report that the step runs; what is refused makes the executor fail at the end."""
        if self.played.report is not Report.NEVER:
            self._tries(self.result.begin)

    def exceed(self, time: datetime) -> None:
        """End the program because its executor's deadline is over."""
        self._message = DEADLINE
        self.stop(time)

    def stop(self, time: datetime) -> None:
        """Ask the program to end, and end it after the pod's grace."""
        if self._killed_at is None:
            self._killed_at = time + self.step.grace
            self.main.terminate()
        elif time >= self._killed_at:
            self.main.kill()

    def report(self, *, stopped: bool) -> None:
        """Report once what the program has left, as the executor does before it ends."""
        if self.reported is not None:
            return
        if self.played.report is Report.NEVER:
            self.reported = End(code=KILLED) if stopped else None
        elif self._tries(self._report) or stopped:
            failure = next(iter(self._failures), "")
            self.reported = End(code=int(bool(failure)), message=failure or self._message)

    def _tries(self, call: Callable[[], None]) -> bool:
        """Return whether the API server has answered; if it has not, the executor tries again."""
        try:
            call()
        except ApiError as error:
            if error.status.code is None or error.status.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                return False
            self._failures.append(error.status.message or str(error))
        except httpx2.HTTPError:
            return False
        return True

    def _report(self) -> None:
        outputs = self.played.report is Report.COMPLETE
        self.result.report(list(self._outputs()) if outputs else [])

    def _outputs(self) -> Iterator[Mapping[str, Any]]:
        for declared in self.step.outputs:
            source = declared.get("valueFrom") or {}
            if "path" not in source:
                yield declared
                continue
            value = self._value(declared["name"], source)
            yield declared if value is None else {**declared, "value": value}

    def _value(self, name: str, source: Mapping[str, Any]) -> str | None:
        """Return an output's value; its file is looked for below the folder of the container."""
        if name in self.played.outputs:
            return self.played.outputs[name]
        file = self.home / str(source["path"]).lstrip("/")
        if file.exists():
            return file.read_text().removesuffix("\n")
        if "default" in source:
            return str(source["default"])
        failure = f"open {source['path']}: no such file or directory"
        if failure not in self._failures:
            self._failures.append(failure)
        return None
