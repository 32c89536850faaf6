"""The assembly to compare with: a directory, the deployed stacks, or a git revision."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from plan.model.assembly import Assembly, read_assembly
from plan.model.failure import PlanError
from plan.synthesis import synthesize

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
            try:
                synthesize(tree, output)
            except PlanError as error:
                message = f"{revision} does not synthesize with what is installed here: {error}"
                raise PlanError(message) from error
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
