"""The state machine is sound as text: two linters accept it, and each rule of ours holds."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.guardian import context, dead_letters
from settings.guardian.workflow import WORKFLOW
from stacks.guardian.definition import definition

REPOSITORY = Path(__file__).parents[4]
DEFINITION = json.loads(definition(WORKFLOW))
PERMANENT = {
    f"Analysis.{error}"
    for error in (
        "BadRequest",
        "Forbidden",
        "NotFound",
        "TooLarge",
        "UnsupportedMedia",
        "NoAudioStream",
        "NoVideoStream",
        "Timeout",
    )
}
"""Errors of an upload that no analyser will ever be able to analyse."""


def states(machine: dict[str, Any] = DEFINITION) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every state, those of the branches too."""
    for name, state in machine["States"].items():
        yield name, state
        for branch in state.get("Branches", []):
            yield from states(branch)


STATES = dict(states())


def validated(document: dict[str, Any], directory: Path) -> subprocess.CompletedProcess[str]:
    """Ask the validator of Amazon States Language."""
    file = directory / "definition.json"
    file.write_text(json.dumps(document))
    return subprocess.run(
        [REPOSITORY / "node_modules/.bin/asl-validator", "--json-path", file],
        capture_output=True,
        text=True,
        check=False,
    )


def test_validator_accepts_the_definition(tmp_path: Path) -> None:
    """Every target, every path, every field of every state."""
    done = validated(DEFINITION, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr


def test_validator_refuses_what_leads_nowhere(tmp_path: Path) -> None:
    """Else its consent would mean nothing."""
    broken = json.loads(json.dumps(DEFINITION))
    broken["States"]["Begin"]["Next"] = "Nowhere"

    assert validated(broken, tmp_path).returncode != 0


def test_names_of_states_are_unique() -> None:
    """The history of an execution knows a state by nothing else."""
    assert len(STATES) == len(list(states()))


@pytest.mark.parametrize("name", STATES)
def test_every_back_off_is_a_float(name: str) -> None:
    """The specification asks for one, and linters refuse a whole number."""
    for retrier in STATES[name].get("Retry", []):
        assert isinstance(retrier.get("BackoffRate", 2.0), float)


@pytest.mark.parametrize(
    "name", [name for name, state in STATES.items() if state["Type"] == "Task"]
)
def test_every_task_ends_and_is_tried_again(name: str) -> None:
    """Without a limit a task may wait for a year."""
    assert STATES[name]["TimeoutSeconds"] <= WORKFLOW.time_limit
    assert STATES[name]["Retry"]


@pytest.mark.parametrize(
    "name",
    [
        name
        for branch in DEFINITION["States"]["ParallelAnalysis"]["Branches"]
        for name, state in branch["States"].items()
        if state["Type"] == "Task"
    ],
)
def test_every_task_of_a_branch_is_caught(name: str) -> None:
    """An error that escapes would end the other branches too."""
    assert STATES[name]["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize(
    "name",
    [name for name in STATES if name.endswith("Failed")]
    + ["NotTranscribable", "TranscriptionLate"],
)
def test_failed_branch_carries_no_score(name: str) -> None:
    """Neither a half nor any other."""
    assert STATES[name]["Parameters"].keys() - {"failure", "failure.$"} == {"status"}
    assert STATES[name]["Parameters"]["status"] == "failed"


@pytest.mark.parametrize("name", ["AudioAnalysis", "VideoAnalysis"])
def test_what_can_never_be_analysed_is_not_tried_again(name: str) -> None:
    """What may pass is, and the time limits are those of the settings."""
    state = STATES[name]
    attempts = {
        error: retrier["MaxAttempts"]
        for retrier in reversed(state["Retry"])
        for error in retrier["ErrorEquals"]
    }
    assert {attempts[error] for error in PERMANENT} == {0}
    assert "Analysis.Unavailable" not in attempts
    assert attempts["States.ALL"] == WORKFLOW.attempts
    assert attempts[dead_letters._ERROR] == attempts["States.HeartbeatTimeout"] == 1  # noqa: SLF001
    limits = (state["HeartbeatSeconds"], state["TimeoutSeconds"])
    assert limits == (WORKFLOW.heartbeat, WORKFLOW.time_limit)


def test_result_that_cannot_be_saved_fails_the_execution() -> None:
    """A catch would end it as if all were well."""
    assert "Catch" not in STATES["SaveToDatabase"]
    assert "Catch" not in STATES["Begin"]


def test_speech_that_is_missing_has_the_name_that_the_function_gives_it() -> None:
    """A class of another name would be tried again."""
    (never, *_) = STATES["TranscribeBedrockAnalysis"]["Retry"]
    assert never == {"ErrorEquals": [context.NoSpeech.__name__], "MaxAttempts": 0}


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        (
            "TranscribeBedrockAnalysis",
            [context.ModelBusy.__name__, "Lambda.TooManyRequestsException"],
        ),
        ("StartTranscription", ["Transcribe.LimitExceededException"]),
        ("GetTranscription", ["Transcribe.LimitExceededException"]),
    ],
)
def test_used_up_quota_is_waited_for(name: str, errors: list[str]) -> None:
    """For several minutes, as quotas are by the minute: else the part would be lost for good."""
    (_, busy, others) = STATES[name]["Retry"]

    assert busy["ErrorEquals"] == errors
    assert others["ErrorEquals"] == ["States.ALL"]
    waits = [
        min(busy["IntervalSeconds"] * busy["BackoffRate"] ** count, busy["MaxDelaySeconds"])
        for count in range(busy["MaxAttempts"])
    ]
    # Each wait is drawn from nothing to this, so half of it on average.
    assert 300 <= sum(waits) / 2 <= WORKFLOW.heartbeat


def test_only_what_cloudformation_knows_is_left_to_fill_in() -> None:
    """A misspelt setting would reach Step Functions as its name."""
    assert set(re.findall(r"\$\{(\w+)\}", definition(WORKFLOW))) == {
        "Begin",
        "Context",
        "Save",
        "AudioQueue",
        "VideoQueue",
    }
