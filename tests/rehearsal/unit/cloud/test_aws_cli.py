"""The AWS CLI as a fork: what it says, reads and returns is that of a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from rehearsal.cloud.aws_cli import client, server
from rehearsal.cluster.processes import Processes

_DRIVER = """\
import os, sys

os.environ["DATA"] = "of the CLI"

def main():
    if sys.argv[1] == "refuse":
        raise SystemExit(int(sys.argv[2]))
    print(*sys.argv, os.environ.get("ASKED"), os.environ["DATA"], os.getcwd(), sys.stdin.read())
    print("warning", file=sys.stderr)
    return 0
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Let a server run with a driver that tells what it was given."""
    packages = tmp_path / "packages" / "awscli"
    packages.mkdir(parents=True)
    (packages / "clidriver.py").write_text(_DRIVER)
    # As long as a path may not be for a socket.
    place = tmp_path / ("deep" * 20)
    place.mkdir()
    processes = Processes(place)
    processes.start_module("aws", server.__name__, str(packages.parent))
    while not (place / client.SOCKET).exists():
        assert processes.running(), processes.log("aws").read_text()
    yield place
    processes.stop(())


def _aws(
    place: Path, *arguments: str, variables: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-I", "-S", client.__file__, str(place), *arguments],
        env={**os.environ, **(variables or {})},
        cwd="/",
        input="from stdin",
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_has_its_own_arguments_environment_directory_and_files(place: Path) -> None:
    """Nothing of the server is seen in it, but what the CLI itself has set."""
    ended = _aws(place, "eks", "get-token", variables={"ASKED": "yes"})

    assert (ended.returncode, ended.stderr) == (0, "warning\n")
    assert ended.stdout == "aws eks get-token yes of the CLI / from stdin\n"


def test_nothing_is_left_for_the_next_command(place: Path) -> None:
    """Each is a process of its own."""
    _aws(place, "first", variables={"ASKED": "yes"})

    assert _aws(place, "second").stdout == "aws second None of the CLI / from stdin\n"


@pytest.mark.parametrize("code", [0, 1, 252])
def test_its_exit_code_is_returned(place: Path, code: int) -> None:
    """The CLI says by it whether it was called wrongly, or refused."""
    assert _aws(place, "refuse", str(code)).returncode == code


def test_commands_run_side_by_side(place: Path) -> None:
    """Lambda functions call it at once."""
    command = [sys.executable, "-I", "-S", client.__file__, str(place), "eks"]
    first = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    second = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    assert second.wait(10) == 0
    assert first.poll() is None
    first.communicate(b"")
    assert first.returncode == 0
