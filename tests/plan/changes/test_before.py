"""The assembly of a git revision, in a small repository whose app is a shell script."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plan.changes.before import assembly_of_revision
from plan.model.failure import PlanError
from tests.plan.assemblies import Written, resource, write

_CDK = """\
#!/bin/sh
# Stands for the CDK's command: the last argument is where the assembly goes.
for output; do :; done
[ -d .venv/bin ] || exit 7
exec sh app.sh "$output"
"""
_COPY = 'mkdir -p "$1" && cp assembly/* "$1"\n'


class Repository:
    """A git repository with an app, and what an app needs beside it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / ".venv" / "bin").mkdir(parents=True)
        cdk = directory / "node_modules" / ".bin" / "cdk"
        cdk.parent.mkdir(parents=True)
        cdk.write_text(_CDK)
        cdk.chmod(0o755)
        (directory / ".gitignore").write_text(".venv/\nnode_modules/\n")
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        """Run git in the repository, with an identity for commits."""
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
        done = subprocess.run(
            ("git", *identity, *arguments), cwd=self.directory, check=True, capture_output=True,
            text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def commit(self, topic: str, app: str = _COPY) -> str:
        """Commit an app whose assembly has one topic; return the commit."""
        topics = {"Topic": resource("AWS::SNS::Topic", "App/Topic", {"TopicName": topic})}
        write(self.directory / "assembly", Written(name="App", resources=topics))
        (self.directory / "app.sh").write_text(app)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", topic)
        return self.git("rev-parse", "HEAD")

    @property
    def trees(self) -> list[str]:
        """Return the work trees that git knows of."""
        return self.git("worktree", "list", "--porcelain").split("\n\n")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """Make a repository, and a place of its own for what is temporary."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    (tmp_path / "repository").mkdir()
    yield Repository(tmp_path / "repository")
    assert list(temporary.iterdir()) == []


def _topic(repository: Repository, revision: str) -> object:
    assembly = assembly_of_revision(revision, repository.directory)
    return assembly.stack("App").resources["Topic"].properties["TopicName"]


def test_a_revision_is_synthesized_by_its_own_app(repository: Repository) -> None:
    first = repository.commit("first")
    repository.commit("second")
    (repository.directory / "app.sh").write_text("exit 1\n")

    assert _topic(repository, first) == "first"
    assert _topic(repository, "HEAD~1") == "first"
    assert _topic(repository, "main") == "second"


def test_a_revision_can_be_asked_for_from_a_folder_of_the_repository(
    repository: Repository,
) -> None:
    repository.commit("first")

    assembly = assembly_of_revision("HEAD", repository.directory / "assembly")

    assert [stack.name for stack in assembly.stacks] == ["App"]


def test_nothing_is_left_of_a_revision(repository: Repository) -> None:
    repository.commit("first")

    _topic(repository, "HEAD")

    assert len(repository.trees) == 1
    assert repository.git("status", "--porcelain") == ""
    assert (repository.directory / "node_modules" / ".bin" / "cdk").exists()


def test_an_unknown_revision_is_reported(repository: Repository) -> None:
    """An option of git is no revision either."""
    repository.commit("first")

    for unknown in ("nope", "--all"):
        with pytest.raises(PlanError, match=rf"'{unknown}' is neither a directory nor a revision"):
            assembly_of_revision(unknown, repository.directory)


def test_a_folder_without_a_repository_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(PlanError, match="not a git repository"):
        assembly_of_revision("HEAD", tmp_path)


def test_an_app_that_fails_is_said_with_its_last_word(repository: Repository) -> None:
    repository.commit("first", "echo starting\necho 'settings: zone is wrong' >&2\nexit 1\n")

    with pytest.raises(PlanError, match=r"HEAD does not synthesize .*: settings: zone is wrong$"):
        assembly_of_revision("HEAD", repository.directory)

    assert len(repository.trees) == 1


def test_a_repository_without_its_tools_is_reported(repository: Repository) -> None:
    repository.commit("first")
    (repository.directory / ".venv" / "bin").rmdir()
    (repository.directory / ".venv").rmdir()

    with pytest.raises(PlanError, match=r"a synth of HEAD needs .*\.venv: `make setup` makes it"):
        assembly_of_revision("HEAD", repository.directory)


def test_hooks_of_the_repository_do_not_run(repository: Repository) -> None:
    repository.commit("first")
    hook = repository.directory / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)

    assert _topic(repository, "HEAD") == "first"


def test_a_pipeline_that_ends_the_command_ends_the_synth_too(
    repository: Repository, tmp_path: Path
) -> None:
    """SIGTERM takes away the tree, and what the app has started."""
    note = tmp_path / "running"
    repository.commit("first", f"sleep 600 & echo $! > {note}.new; mv {note}.new {note}; wait\n")
    write(tmp_path / "cdk.out", Written(name="App", resources={}))
    command = (sys.executable, "-m", "plan", "--assembly", str(tmp_path / "cdk.out"))
    environment = os.environ | {
        "PYTHONPATH": str(Path.cwd()),
        "TMPDIR": str(tmp_path / "temporary"),
    }
    with subprocess.Popen(
        (*command, "--before", "HEAD"), cwd=repository.directory, env=environment
    ) as process:
        _wait_for(note.exists)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)

    assert code == 128 + signal.SIGTERM
    assert len(repository.trees) == 1
    _wait_for(lambda: not _runs(int(note.read_text())))


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and ") Z " not in status.read_text()


def _wait_for(happened: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
