"""What a person sees of the program: one line, and an exit code."""

import argparse
import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from containers.model_store.tests.versions import used
from model_store.cli import main
from model_store.failure import ExitCode, Failure
from model_store.volume import ModelVolume

_Replace = Callable[[Callable[[], None]], None]


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def replace_pull(monkeypatch: pytest.MonkeyPatch) -> _Replace:
    """Return a function that puts another in the place of the job `pull`."""

    def replace(run: Callable[[], None]) -> None:
        def add_arguments(_: argparse.ArgumentParser) -> None:
            pass

        job = SimpleNamespace(add_arguments=add_arguments, run=lambda _: run())
        monkeypatch.setattr(importlib, "import_module", lambda _: job)

    return replace


def _complains(
    capsys: pytest.CaptureFixture[str], *words: str, code: ExitCode, sentence: str
) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == code
    assert capsys.readouterr().err == f"model-store: {sentence}\n"


@pytest.mark.parametrize("code", ExitCode)
def test_a_failure_is_one_line_and_its_code(
    replace_pull: _Replace, capsys: pytest.CaptureFixture[str], code: ExitCode
) -> None:
    """Scripts look at the code, people at the line."""

    def fail() -> None:
        raise Failure(code, "the sentence")

    replace_pull(fail)
    _complains(capsys, "pull", code=code, sentence="the sentence")


def test_success_is_silent(replace_pull: _Replace, capsys: pytest.CaptureFixture[str]) -> None:
    """The job has said what there is to say."""
    replace_pull(lambda: None)
    main(["pull"])
    assert capsys.readouterr() == ("", "")


def test_an_error_of_the_disk_is_one_line(
    replace_pull: _Replace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It names the file."""
    replace_pull((tmp_path / "absent").rmdir)
    sentence = f"{tmp_path}/absent: No such file or directory"
    _complains(capsys, "pull", code=ExitCode.DISK, sentence=sentence)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_job(
    replace_pull: _Replace, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    """Whatever failures and errors the job itself is used to."""

    def work() -> None:
        try:
            signal.raise_signal(number)
            time.sleep(10)
        except Exception as error:
            message = "the job took the signal for a failure of its own"
            raise AssertionError(message) from error

    replace_pull(work)
    sentence = "stopped: the next start goes on from here"
    _complains(capsys, "pull", code=ExitCode.STOPPED, sentence=sentence)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "the following arguments are required: JOB; see model-store --help"),
        (
            ("pull", "--bucket", "b", "--prefix", "p", "--destination", "/"),
            "the following arguments are required: --version; see model-store pull --help",
        ),
        (
            ("pull", "--bucket=b", "--prefix=p", "--destination=/", "--version=latest"),
            "'latest' is not a version: 64 hexadecimal digits",
        ),
    ],
)
def test_wrong_arguments_are_one_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    """With what is wrong, and where to read what would be right."""
    _complains(capsys, *words, code=ExitCode.ARGUMENTS, sentence=sentence)


def test_help_lists_the_jobs(capsys: pytest.CaptureFixture[str]) -> None:
    """All four."""
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert [job for job in ("publish", "pull", "engine", "share") if job not in said] == []


@pytest.mark.parametrize("job", ["publish", "pull", "engine", "share"])
def test_every_job_explains_itself(capsys: pytest.CaptureFixture[str], job: str) -> None:
    """Its arguments, that is."""
    with pytest.raises(SystemExit) as end:
        main([job, "--help"])
    assert end.value.code == 0
    assert f"usage: model-store {job}" in capsys.readouterr().out


def test_a_start_with_everything_there_needs_no_region_or_credentials(tmp_path: Path) -> None:
    """It opens no bucket."""
    root = tmp_path / "volume"
    root.mkdir()
    manifest = used(ModelVolume(root), "a/a")
    where = ("--bucket=b", "--prefix=p", f"--destination={root}")
    run = subprocess.run(
        [sys.executable, "-m", "model_store", "pull", *where, f"--version={manifest.version}"],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "1 files" in run.stdout
