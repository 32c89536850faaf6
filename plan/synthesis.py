"""Runs `cdk synth` in a tree: quietly, and with one sentence if it fails."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from plan.model.failure import PlanError

_SYNTH = ("cdk", "--no-lookups", "--no-notices", "--no-validation", "synth", "--quiet", "--output")
_EPILOGUE = "Subprocess exited with error"
"""In what cdk adds after the words of an application that failed."""
_QUIET = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "CDK_DISABLE_CLI_TELEMETRY": "1",
    "CI": "true",  # no colours
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
}


def synthesize(tree: Path, output: Path, *options: str) -> None:
    """Write a tree's assembly with the programs installed in it.

    Raises `PlanError` with what the application said last, if it cannot be synthesized.
    """
    programs = [tree / ".venv" / "bin", tree / "node_modules" / ".bin"]
    path = os.pathsep.join([*map(str, programs), os.environ.get("PATH", "")])
    environment = {**os.environ, **_QUIET, "PATH": path}
    code, text = _run((*_SYNTH, str(output), *options), tree, environment)
    if code != 0:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        telling = [line for line in lines if _EPILOGUE not in line] or ["no output"]
        raise PlanError(telling[-1])


def _run(
    command: Sequence[str], directory: Path, environment: Mapping[str, str]
) -> tuple[int, str]:
    """Return exit code and output of a command; an interrupt kills its process group."""
    with subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, output
