"""The assembly of a git revision: its own app, synthesized with what is installed here."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from plan.model.assembly import Assembly, read_assembly
from plan.model.failure import PlanError

_INSTALLED = (".venv", "node_modules")
"""What the app command in cdk.json finds beside itself, and no revision brings along."""
_SYNTH = ("cdk", "--no-lookups", "--no-notices", "--no-validation", "synth", "--quiet", "--output")
_QUIET = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "CDK_DISABLE_CLI_TELEMETRY": "1",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
}


def assembly_of_revision(revision: str, directory: Path) -> Assembly:
    """Synthesize a revision of the repository around a directory; raise `PlanError` if it fails.

    Nothing of the working tree changes, and nothing is left of the revision's own tree.
    """
    repository = Path(_git(directory, "rev-parse", "--show-toplevel"))
    commit = _commit(repository, revision)
    for name in _INSTALLED:
        if not (repository / name).is_dir():
            message = f"a synth of {revision} needs {repository / name}: `make setup` makes it"
            raise PlanError(message)
    with TemporaryDirectory(prefix="plan-") as temporary:
        place = Path(temporary)
        with _worktree(repository, commit, place / "tree") as tree:
            for name in _INSTALLED:
                (tree / name).symlink_to(repository / name)
            _synthesize(revision, tree, place / "cdk.out")
        return read_assembly(place / "cdk.out")


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
        # Twice --force: also a tree that git still holds locked, as an interrupted `add` leaves it.
        remove = ("git", "worktree", "remove", "--force", "--force", str(tree))
        subprocess.run(remove, cwd=repository, capture_output=True, check=False)


def _synthesize(revision: str, tree: Path, output: Path) -> None:
    programs = [tree / ".venv" / "bin", tree / "node_modules" / ".bin"]
    path = os.pathsep.join([*map(str, programs), os.environ.get("PATH", "")])
    environment = {**os.environ, **_QUIET, "PATH": path}
    code, said = _run((*_SYNTH, str(output)), tree, environment)
    if code != 0:
        last = next((line for line in reversed(said.splitlines()) if line.strip()), "no word")
        message = f"{revision} does not synthesize with what is installed here: {last.strip()}"
        raise PlanError(message)


def _run(
    command: Sequence[str], directory: Path, environment: Mapping[str, str]
) -> tuple[int, str]:
    """Run a command, and end all that it started when this program is interrupted."""
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
            said, _ = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, said


def _git(directory: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ("git", *arguments), cwd=directory, capture_output=True, text=True, check=True
        )
    except FileNotFoundError as error:
        message = "git is not installed, and a revision needs it"
        raise PlanError(message) from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().splitlines()
        message = f"git {' '.join(arguments)}: {reason[-1] if reason else 'failed'}"
        raise PlanError(message) from error
    return done.stdout.strip()
