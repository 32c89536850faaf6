"""Runs the unmodified cdk command, pointed at the emulator."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rehearsal.cloud.guard import ACCOUNT
from rehearsal.cloud.settings import search_path
from rehearsal.command.workplace import REPOSITORY, UpError, Workplace

_EPILOGUE = "Subprocess exited with error"
"""What cdk prints after the output of an application that failed."""


@dataclass(frozen=True, kw_only=True)
class Cdk:
    """The cdk command of this repository, in an environment without any other AWS."""

    workplace: Workplace
    environment: Mapping[str, str]

    def synth(self, stack: str) -> subprocess.Popen[bytes]:
        """Start making the assembly that a stack is of, by the application's context `system`.

        Validation by CloudFormation's rules is left to `make synth`: it takes longer than all the
        rest, and says nothing that a rehearsal could show.
        """
        return self._start(
            "synth",
            *("synth", "--quiet", "--context", f"system={stack}"),
            *("--output", str(self.workplace.assembly)),
        )

    def bootstrap(self, region: str) -> subprocess.Popen[bytes]:
        """Start preparing a region for the CDK."""
        return self._start("bootstrap", "bootstrap", f"aws://{ACCOUNT}/{region}")

    def deploy(self, stack: str) -> subprocess.Popen[bytes]:
        """Start `cdk deploy STACK` from the assembly that `synth` made."""
        return self._start(
            f"deploy-{stack}",
            *("deploy", stack, "--require-approval", "never", "--progress", "events"),
            *("--app", str(self.workplace.assembly)),
        )

    def _start(self, log: str, *arguments: str) -> subprocess.Popen[bytes]:
        program = REPOSITORY / "node_modules" / ".bin" / "cdk"
        environment = environment_of_cdk(self.environment, self.workplace.run)
        if not program.exists() or shutil.which("node", path=environment["PATH"]) is None:
            missing = "node" if program.exists() else "the cdk command"
            message = f"{missing} is not installed: run `make setup`"
            raise UpError(message)
        with self.workplace.log(log).open("wb") as output:
            return subprocess.Popen(
                [program, *arguments, "--no-notices"],
                cwd=REPOSITORY,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )


def environment_of_cdk(cloud: Mapping[str, str], run: Path) -> dict[str, str]:
    """Return the environment in which the cdk command sees one cloud and keeps its notes in `run`.

    Its notes on accounts and regions are then about the emulator's, not the user's.
    """
    return {
        **cloud,
        "PATH": search_path(),
        "CDK_HOME": str(run / "cdk-home"),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
        # `make synth` does that; a rehearsal asks what CloudFormation and Kubernetes say.
        "CDK_VALIDATION": "false",
        "CI": "true",  # no colours, and progress on the standard output
    }


def last_line(log: Path) -> str:
    """Return what a failed step said last, without ornament and without cdk's own epilogue."""
    lines = [line.strip(" ❌‣") for line in log.read_text(errors="replace").splitlines()]
    telling = [line for line in lines if line and _EPILOGUE not in line]
    return telling[-1] if telling else "it said nothing"
