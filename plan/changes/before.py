"""The assembly to compare with: a directory, the deployed stacks, or a git revision."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from plan.model.assembly import Assembly, read_assembly
from plan.model.failure import PlanError

DEPLOYED = "deployed"


def read_before(named: str, planned: Assembly) -> Assembly:
    """Read the named assembly; raise `PlanError` if it does not exist.

    `deployed` asks CloudFormation for the stacks of the planned assembly; a directory that exists
    holds an assembly; everything else is a git revision.
    """
    if named == DEPLOYED:
        from plan.changes.deployed import deployed_assembly  # noqa: PLC0415 - boto3 takes half a second

        return deployed_assembly(planned)
    if Path(named).is_dir():
        return read_assembly(Path(named))
    return assembly_of_revision(named, Path.cwd())


_INSTALLED = (".venv", "node_modules")
"""Directories that the app command in cdk.json needs and git does not hold."""
_SYNTH = ("cdk", "--no-lookups", "--no-notices", "--no-validation", "synth", "--quiet", "--output")
_QUIET = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "CDK_DISABLE_CLI_TELEMETRY": "1",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
}


def assembly_of_revision(revision: str, directory: Path) -> Assembly:
    """Synthesize a revision of a directory's repository; raise `PlanError` if it fails.

    It is checked out into a temporary worktree; the working tree does not change.
    """
    repository = Path(_git(directory, "rev-parse", "--show-toplevel"))
    commit = _commit(repository, revision)
    for name in _INSTALLED:
        if not (repository / name).is_dir():
            message = f"a synth of {revision} needs {repository / name}: `make setup` makes it"
            raise PlanError(message)
    with TemporaryDirectory(prefix="plan-") as temporary:
        output = Path(temporary) / "cdk.out"
        with _worktree(repository, commit, Path(temporary) / "tree") as tree:
            for name in _INSTALLED:
                (tree / name).symlink_to(repository / name)
            _synthesize(revision, tree, output)
        return read_assembly(output)


def _commit(repository: Path, revision: str) -> str:
    try:
        return _git(repository, "rev-parse", "--verify", "--end-of-options", f"{revision}^0")
    except PlanError as error:
        message = f"{revision!r} is neither a directory nor a revision that git knows here"
        raise PlanError(message) from error


@contextmanager
def _worktree(repository: Path, commit: str, tree: Path) -> Iterator[Path]:
    try:
        no_hooks = ("-c", "core.hooksPath=/dev/null")
        _git(repository, *no_hooks, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        yield tree
    finally:
        # --force twice also removes a locked worktree, which an interrupted `add` leaves.
        remove = ("git", "worktree", "remove", "--force", "--force", str(tree))
        subprocess.run(remove, cwd=repository, capture_output=True, check=False)


def _synthesize(revision: str, tree: Path, output: Path) -> None:
    programs = [tree / ".venv" / "bin", tree / "node_modules" / ".bin"]
    path = os.pathsep.join([*map(str, programs), os.environ.get("PATH", "")])
    environment = {**os.environ, **_QUIET, "PATH": path}
    code, text = _run((*_SYNTH, str(output)), tree, environment)
    if code != 0:
        lines = [line.strip() for line in text.splitlines() if line.strip()] or ["no output"]
        message = f"{revision} does not synthesize with what is installed here: {lines[-1]}"
        raise PlanError(message)


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


def _git(directory: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ("git", *arguments), cwd=directory, capture_output=True, text=True, check=True
        )
    except FileNotFoundError as error:
        message = "git is not installed; comparing with a revision needs it"
        raise PlanError(message) from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().splitlines()
        message = f"git {' '.join(arguments)}: {reason[-1] if reason else 'failed'}"
        raise PlanError(message) from error
    return done.stdout.strip()
