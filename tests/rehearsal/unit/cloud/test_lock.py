"""Which process is the emulator of a directory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.cloud.lock import Lock


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[bytes]:
    """Start a process that holds the directory as an emulator does."""
    program = (
        "import sys, time; from pathlib import Path; from rehearsal.cloud.lock import Lock;"
        "lock = Lock(Path(sys.argv[1])).held(); lock.__enter__(); print(flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE)
    assert process.stdout
    with process.stdout as ready:
        ready.readline()
    return process


def test_a_living_emulator_is_found_and_stopped(
    tmp_path: Path, holder: subprocess.Popen[bytes]
) -> None:
    """`down` ends the process that holds the lock."""
    assert Lock(tmp_path).holder() == holder.pid

    assert Lock(tmp_path).end_holder(grace_seconds=5)

    assert holder.wait(5)
    assert Lock(tmp_path).holder() is None


def test_a_directory_has_one_emulator(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    """A second one does not start beside the first."""
    with pytest.raises(BlockingIOError), Lock(tmp_path).held():
        pass

    holder.kill()
    holder.wait()


def test_the_number_of_a_dead_emulator_is_not_believed(tmp_path: Path) -> None:
    """After a crash the number in the file may be anyone's: here it is this very test's."""
    (tmp_path / "emulator.lock").write_text(str(os.getpid()))

    assert Lock(tmp_path).holder() is None
    assert not Lock(tmp_path).end_holder(grace_seconds=0)
