"""The pipeline: from a video to several pieces of music, of which a person chooses one."""

from collections.abc import Sequence
from dataclasses import dataclass

from settings.checks import require, require_unique
from settings.music.steps import Step

TEMPLATE = "music"
"""The WorkflowTemplate that runs are made from."""
RUN = "run"
"""Its only parameter: the id of a run."""


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The steps of a run and their order: listen, then compose with each seed, then end."""

    listening: Step
    composing: Step
    ending: Step
    """Runs however the others end, and writes down how."""
    seeds: tuple[int, ...]
    """Of the results, in their order."""
    at_once: int
    """Pods of one run at a time."""
    runs: int
    """Runs that have pods at a time; others wait."""
    deadline: int
    """Seconds after which a run that has begun is given up, waiting for machines included."""
    kept: int
    """Seconds for which a run that went well stays in the cluster."""
    kept_failed: int
    """Seconds for which one that failed does, with its pods and what they have logged."""

    def __post_init__(self) -> None:
        require(self.seeds, "pipeline seeds", self.seeds, "give at least one")
        require_unique("pipeline seed", [str(seed) for seed in self.seeds])
        for seed in self.seeds:
            require(seed >= 0, "pipeline seed", seed, "must not be below 0")
        require_unique("step name", [step.name for step in self.steps])
        require(
            0 < self.at_once <= self.composing.most,
            "pipeline at_once",
            self.at_once,
            f"must be from 1 to the {self.composing.most} pods of {self.composing.name}",
        )
        require(self.runs > 0, "pipeline runs", self.runs, "must be at least 1")
        require(
            self.ending.most >= self.runs,
            f"step {self.ending.name} most",
            self.ending.most,
            f"{self.runs} runs may end together, and none may wait for another's end",
        )
        shortest = self.listening.deadline + self.composing.deadline
        require(
            self.deadline >= shortest,
            "pipeline deadline",
            self.deadline,
            f"must not be below the {shortest} s of its steps, one after the other",
        )
        for field, value in (("kept", self.kept), ("kept_failed", self.kept_failed)):
            require(value > 0, f"pipeline {field}", value, "must be at least 1 s")

    @property
    def steps(self) -> Sequence[Step]:
        """All of them, in the order in which a run meets them."""
        return (self.listening, self.composing, self.ending)
