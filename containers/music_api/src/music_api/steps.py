"""The five steps of a run, by what they have left in the bucket."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from music_api import layout
from music_api.models import RESULTS, Step, StepState
from music_api.storage import Storage, Stored

COMPOSE: Literal["compose"] = "compose"
LISTEN: Literal["listen"] = "listen"


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What lies below a run's prefix."""

    there: Mapping[str, Stored]
    failures: Mapping[str, Mapping[str, Any]]
    """The documents `failure.json`, by name."""

    @classmethod
    def of(cls, storage: Storage, run: str) -> Self:
        """Look at the bucket."""
        there = storage.below(layout.of_run(run))
        names = [layout.LISTEN_FAILURE, *map(layout.compose_failure, RESULTS)]
        read = ((name, storage.read(layout.of_run(run, name))) for name in names if name in there)
        return cls(there=there, failures={name: found for name, found in read if found})

    @property
    def results(self) -> list[int]:
        """The results that can be had: those that are whole."""
        return [step.result for step in all_steps() if step.result and self.done(step)]

    def done(self, step: Step) -> Stored | None:
        """Return the last thing that a step writes, if its results are whole."""
        if step.result is None:
            return self.there.get(layout.SEGMENTS)
        if layout.video(step.result) not in self.there:
            return None
        return self.there.get(layout.peaks(step.result))

    def failure(self, step: Step) -> Mapping[str, Any] | None:
        return self.failures.get(_failure_name(step))

    def failed(self, step: Step) -> Stored | None:
        return self.there.get(_failure_name(step))


def all_steps() -> list[Step]:
    return [Step(name=LISTEN), *(Step(name=COMPOSE, result=result) for result in RESULTS)]


def steps_in_bucket(findings: Findings, end: Mapping[str, Any] | None = None) -> list[Step]:
    """Return the steps as the bucket knows them; once a run is over, by its end as well."""
    steps = all_steps()
    reasons = reasons_in(end)
    for step in steps:
        if done := findings.done(step):
            step.state, step.ended = StepState.SUCCEEDED, done.modified
            continue
        failure, failed = findings.failure(step), findings.failed(step)
        # A failure that is not final is tried again, as long as the run is not over.
        if failure and failed and (end or failure.get("final")):
            step.state, step.ended = StepState.FAILED, failed.modified
            step.reason = failure.get("reason")
        elif reason := reasons.get((step.name, step.result)):
            step.state, step.reason = StepState.FAILED, reason
    return steps


def reasons_in(end: Mapping[str, Any] | None) -> dict[tuple[str, int | None], str]:
    """Return what `end.json` says of the steps that failed."""
    return {
        (failure["name"], failure["result"]): failure["reason"]
        for failure in (end or {}).get("failures", ())
    }


def _failure_name(step: Step) -> str:
    return layout.LISTEN_FAILURE if step.result is None else layout.compose_failure(step.result)
