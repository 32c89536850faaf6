"""The pipeline as a graph that no engine is needed for: what is run with which arguments, and when.

Argo's form (`charts.music.workflow`) and Kubeflow's (`charts.music.kubeflow`) are both made of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from settings.images import Image
from settings.music.pipeline import Pipeline
from settings.music.steps import Step

MODELS_DIRECTORY = "/models"
EXAMPLE_BUCKET = "example-runs"
EXAMPLE_REGISTRY = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com"
"""Where the pipeline is drawn without an account."""
GPU_MEMORY = "karpenter.k8s.aws/instance-gpu-memory"
"""A label of Karpenter's machines: MiB of one GPU."""


class Field(StrEnum):
    """What an argument may hold that is known only when a run is there: `{run}` and so on."""

    RUN = "run"
    """The id of the run."""
    NUMBER = "n"
    """The number of the result, from 1 on."""
    SEED = "seed"
    PHASE = "phase"
    """How the run ended, in Argo's words."""
    FAILURES = "failures"
    """What failed in it, as Argo writes it: JSON."""


_FIELD = re.compile(rf"\{{({'|'.join(Field)})\}}")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One program of the pipeline."""

    step: Step
    arguments: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.step.name

    @property
    def image(self) -> Image:
        return self.step.image

    @property
    def command(self) -> list[str]:
        return ["python", "-m", self.step.program]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """First `listen`; if it succeeds, `compose` for each of `items`; `end` in any case."""

    listen: Task
    compose: Task
    end: Task
    items: tuple[Mapping[Field, int], ...]
    at_once: int

    @property
    def tasks(self) -> tuple[Task, ...]:
        return (self.listen, self.compose, self.end)


def graph_of(pipeline: Pipeline, *, bucket: str, region: str) -> Graph:
    """Return the graph; its programs read and write below the run's prefix of the bucket."""
    run = f"s3://{bucket}/runs/{{{Field.RUN}}}"
    video, first = f"{run}/input/video", f"{run}/stage1/"
    here = {"AWS_REGION": region}
    return Graph(
        listen=Task(
            step=pipeline.listening,
            arguments=(video, "--to", first),
            variables=here | {"MODELS": MODELS_DIRECTORY},
        ),
        compose=Task(
            step=pipeline.composing,
            arguments=(
                *(first, "--video", video, "--seed", f"{{{Field.SEED}}}"),
                *("--to", f"{run}/output/{{{Field.NUMBER}}}/"),
            ),
            variables=here | {"MODELS": MODELS_DIRECTORY},
        ),
        end=Task(
            step=pipeline.ending,
            arguments=(
                f"{{{Field.RUN}}}",
                *("--status", f"{{{Field.PHASE}}}"),
                *("--failures", f"{{{Field.FAILURES}}}"),
            ),
            variables=here | {"BUCKET": bucket},
        ),
        items=tuple(
            {Field.NUMBER: number, Field.SEED: seed}
            for number, seed in enumerate(pipeline.seeds, start=1)
        ),
        at_once=pipeline.at_once,
    )


def pieces(argument: str) -> list[str | Field]:
    """Take an argument apart at what is known only when a run is there."""
    parts = _FIELD.split(argument)
    found = [Field(part) if number % 2 else part for number, part in enumerate(parts)]
    return [piece for piece in found if piece]


def filled(argument: str, values: Mapping[Field, str]) -> str:
    """Put an engine's own words in for the fields."""
    return "".join(values[one] if isinstance(one, Field) else one for one in pieces(argument))
