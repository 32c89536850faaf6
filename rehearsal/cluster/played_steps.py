"""Steps of workflows in a drill: how one goes on and ends, in place of its program."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Self

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.nodes import HasClient

STEPS_NAME = "rehearsal-steps"
_PART = "part"


class Report(StrEnum):
    """What of a step's end comes to the API server."""

    COMPLETE = "complete"
    WITHOUT_OUTPUTS = "without-outputs"
    """The step is reported as done without them: the controller waits for ever."""
    NEVER = "never"
    """The container that reports cannot, and tries on until the pod is ended."""


@dataclass(frozen=True, kw_only=True)
class PlayedStep:
    """How a step goes on and ends."""

    seconds: float = 2.0
    exit_code: int = 0
    reason: str = ""
    """In the place of `Completed` or `Error`, as OOMKilled."""
    message: str = ""
    hangs: bool = False
    """Whether it never ends by itself."""
    deaf: bool = False
    """Whether it takes no notice of SIGTERM."""
    runs: bool = False
    """Whether its program runs all the same, and only its report is another."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Output parameters that it writes."""
    report: Report = Report.COMPLETE

    @classmethod
    def read(cls, text: str) -> Self:
        note = json.loads(text)
        return cls(**{**note, "report": Report(note.get("report", Report.COMPLETE))})


def set_step(cluster: HasClient, namespace: str, part_of_name: str, step: PlayedStep) -> None:
    """Let all steps whose names have this part go on so, from now on.

    The name is that of the workflow's node, as `RUN.compose(2:44)`; of steps that run already
    nothing changes.
    """
    digest = hashlib.sha256(part_of_name.encode()).hexdigest()[:16]
    key = f"{namespace}.{digest}"
    cluster.client().apply(
        ConfigMap(
            metadata=ObjectMeta(name=STEPS_NAME, namespace=SYSTEM_NAMESPACE),
            data={key: json.dumps({_PART: part_of_name, **asdict(step)})},
        ),
        # A manager of its own for each entry, or applying one would remove the others.
        field_manager=f"drill-{key}"[:128],
        force=True,
    )


def step_of(stored: ConfigMap | None, namespace: str, name: str) -> PlayedStep | None:
    """Return what was set for a step; the longest fitting part decides."""
    data = (stored.data if stored else None) or {}
    notes = [json.loads(data[key]) for key in data if key.startswith(f"{namespace}.")]
    fitting = [note for note in notes if note[_PART] in name]
    if not fitting:
        return None
    note = max(fitting, key=lambda note: len(note[_PART]))
    return PlayedStep.read(json.dumps({key: note[key] for key in note if key != _PART}))
