"""How a run stands: from its Workflow while it runs, from the bucket before and afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from music_api import layout
from music_api.failure import Unavailable
from music_api.models import Run, State, Step, StepState
from music_api.nodes import steps_of
from music_api.record import Record
from music_api.steps import Findings, all_steps, steps_in_bucket
from music_api.storage import Storage
from music_api.workflows import Workflow, Workflows

_LOST_AFTER = timedelta(days=1)
_ENDED = frozenset({StepState.SUCCEEDED, StepState.FAILED})
_NEVER_UPLOADED = "the video was not uploaded in time: upload it anew"
_LOST = "it is not known how this run ended: begin it again"
_UNKNOWN = "the cluster does not answer now: this is what is known without it"
_STOPPED = "somebody stopped this run"
_UNEXPLAINED = "the run ended badly, and did not say why"


@dataclass(frozen=True, kw_only=True)
class _Found:
    """State and steps, and what there is to say."""

    state: State
    steps: list[Step]
    reason: str | None = None
    ended: datetime | None = None


class Standing:
    """Looks at Workflow and bucket."""

    def __init__(
        self,
        storage: Storage,
        workflows: Workflows,
        upload_time: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._storage = storage
        self._workflows = workflows
        self._upload_time = upload_time
        self._now = now

    def of(self, run: str, record: Record) -> Run:
        findings = Findings.of(self._storage, run)
        found = self._find(run, record, findings)
        choice = self._document(run, layout.CHOICE, findings)
        is_over = found.state in (State.SUCCEEDED, State.FAILED, State.STOPPED)
        ended = sum(step.state in _ENDED for step in found.steps)
        return Run(
            id=run,
            filename=record.filename,
            bytes=record.bytes,
            created=record.created,
            state=found.state,
            reason=found.reason,
            progress=1 if is_over else ended / len(found.steps),
            steps=found.steps,
            results=findings.results,
            choice=choice.get("result") if choice else None,
            ended=found.ended,
        )

    def _find(self, run: str, record: Record, findings: Findings) -> _Found:
        if end := self._document(run, layout.END, findings):
            return _of_end(end, findings)
        if layout.INPUT in findings.there:
            return self._of_started(run, findings)
        steps = all_steps()
        if self._now() < record.created + self._upload_time:
            return _Found(state=State.UPLOADING, steps=steps)
        return _Found(state=State.FAILED, steps=steps, reason=_NEVER_UPLOADED)

    def _of_started(self, run: str, findings: Findings) -> _Found:
        steps = steps_in_bucket(findings)
        try:
            workflow = self._workflows.get(run)
        except Unavailable:
            return _Found(state=_state_of(steps), steps=steps, reason=_UNKNOWN)
        if workflow:
            return _of_workflow(workflow, findings)
        if self._now() < findings.there[layout.INPUT].modified + _LOST_AFTER:
            return _Found(state=_state_of(steps), steps=steps)
        return _Found(state=State.FAILED, steps=steps, reason=_LOST)

    def _document(self, run: str, name: str, findings: Findings) -> dict[str, Any] | None:
        return self._storage.read(layout.of_run(run, name)) if name in findings.there else None


def _of_end(end: dict[str, Any], findings: Findings) -> _Found:
    steps = steps_in_bucket(findings, end)
    ended = datetime.fromisoformat(end["ended"])
    if end["phase"] == "Succeeded":
        return _Found(state=State.SUCCEEDED, steps=steps, ended=ended)
    state = State.STOPPED if end.get("stopped") else State.FAILED
    return _Found(state=state, steps=steps, reason=end.get("reason"), ended=ended)


def _of_workflow(workflow: Workflow, findings: Findings) -> _Found:
    steps = steps_of(workflow.nodes, findings)
    if workflow.phase == "Succeeded":
        state, reason = State.SUCCEEDED, None
    elif workflow.phase in ("Failed", "Error"):
        state = State.STOPPED if workflow.stopped else State.FAILED
        reasons = [step.reason for step in steps if step.reason]
        reason = _STOPPED if workflow.stopped else next(iter(reasons), _UNEXPLAINED)
    else:
        return _Found(state=_state_of(steps), steps=steps)
    ended = datetime.fromisoformat(workflow.finished) if workflow.finished else None
    return _Found(state=state, steps=steps, reason=reason, ended=ended)


def _state_of(steps: list[Step]) -> State:
    has_begun = any(step.state is not StepState.WAITING for step in steps)
    return State.RUNNING if has_begun else State.WAITING
