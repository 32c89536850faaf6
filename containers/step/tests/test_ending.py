"""How a step ends: a code, a sentence in the log, and one for the person who uploaded."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from containers.step.tests.fixtures import Bucket

_ROOT = Path(__file__).parents[3]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "containers.step.tests.ending", *arguments]


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{_ROOT}:{_ROOT}/containers/step/src"}


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*arguments),
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("act", "code", "line", "final"),
    [
        ("unusable", 3, "played: This video has no sound\n", True),
        ("wrong", 2, "played: MODELS is not set\n", True),
        ("failed", 1, "played: S3 is not there\n", False),
        ("disk", 1, "played: /tmp/a: No space left on device\n", False),
    ],
)
def test_a_step_that_fails_says_so_twice(
    tmp_path: Path, act: str, code: int, line: str, *, final: bool
) -> None:
    """In the log what happened, and to the person what it means for the video."""
    ended = _run(act, str(tmp_path))

    assert (ended.returncode, ended.stderr) == (code, line)
    told = json.loads((tmp_path / "failure.json").read_text())
    assert told["final"] is final
    assert ("the video is not to blame" in told["reason"]) is (act != "unusable")


def test_a_step_that_ends_well_tells_nobody(tmp_path: Path) -> None:
    """Its result says it."""
    ended = _run("well", str(tmp_path))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert not list(tmp_path.iterdir())


def test_on_a_desk_there_is_nobody_else_to_tell() -> None:
    """Without a place the sentence is all."""
    ended = _run("unusable")

    assert (ended.returncode, ended.stderr) == (3, "played: This video has no sound\n")


def test_a_defect_leaves_its_trace_in_the_log_and_none_to_the_person(tmp_path: Path) -> None:
    """Nobody could mend it otherwise."""
    ended = _run("defect", str(tmp_path))

    assert ended.returncode == 1
    assert ended.stderr.startswith("Traceback")
    assert ended.stderr.endswith("played: it ended with KeyError: 'a\\nb'\n")
    assert "KeyError" not in (tmp_path / "failure.json").read_text()


def test_a_failure_reaches_the_bucket(bucket: Bucket) -> None:
    """Where the API reads it."""
    ended = _run("unusable", f"s3://{bucket.name}/runs/m1/stage1/")

    assert ended.returncode == 3
    told = json.loads(bucket.content("runs/m1/stage1/failure.json"))
    assert told == {"reason": "This video has no sound", "final": True}


def test_a_bucket_that_takes_no_failure_changes_no_code(bucket: Bucket) -> None:
    """What went wrong first is what is told."""
    ended = _run("unusable", f"s3://{bucket.name}-none/")

    assert ended.returncode == 3
    first, second = ended.stderr.splitlines()
    assert first == "played: This video has no sound"
    assert second.startswith("played: nor could the failure be told: there is no s3://")


@pytest.mark.parametrize(
    ("act", "number"),
    [("slow", signal.SIGTERM), ("slow", signal.SIGINT), ("deaf", signal.SIGTERM)],
)
def test_a_signal_ends_a_step(tmp_path: Path, act: str, number: signal.Signals) -> None:
    """Also one that computes, and has minutes to go; nothing is left behind."""
    with subprocess.Popen(
        _command(act, str(tmp_path)), env=_environment(), stdout=subprocess.PIPE
    ) as step:
        assert step.stdout is not None
        assert step.stdout.readline() == b"begun\n"
        step.send_signal(number)

        try:
            assert step.wait(60) == 143
        finally:
            step.kill()
    assert not list(tmp_path.iterdir())
