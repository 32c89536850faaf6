"""Child processes end when they are told to, and nobody else does."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rehearsal.cluster.processes import Processes

_SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
_DEAF = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
)


def test_stop_ends_what_was_started(tmp_path: Path) -> None:
    """A stopped process is gone, and a second stop finds nothing."""
    processes = Processes(tmp_path)
    record = processes.start("sleeper", _SLEEP)
    assert processes.running() == (record,)

    processes.stop(["sleeper"])

    assert not record.is_alive
    assert processes.running() == ()
    processes.stop(["sleeper"])


def test_another_owner_of_the_directory_can_stop_them(tmp_path: Path) -> None:
    """The record is enough, as after a crash."""
    owner = Processes(tmp_path)
    record = owner.start("sleeper", _SLEEP)

    Processes(tmp_path).stop([])

    assert not record.is_alive
    assert owner.running() == ()


def test_a_recycled_number_is_left_alone(tmp_path: Path) -> None:
    """A process that has the number of one on record is another one."""
    with subprocess.Popen(_SLEEP) as stranger:
        record = {"name": "sleeper", "pid": stranger.pid, "identity": "another boot/1"}
        (tmp_path / "processes.jsonl").write_text(json.dumps(record) + "\n")

        Processes(tmp_path).stop(["sleeper"])

        assert stranger.poll() is None
        stranger.kill()


def test_a_process_that_will_not_hear_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGTERM first, SIGKILL when patience is over."""
    monkeypatch.setattr("rehearsal.cluster.processes._SECONDS_TO_END", 0.3)
    processes = Processes(tmp_path)
    record = processes.start("deaf", _DEAF)
    time.sleep(0.2)

    processes.stop(["deaf"])

    assert not record.is_alive


def test_children_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """Even SIGKILL leaves nothing behind."""
    program = (
        "import sys, time; from pathlib import Path\n"
        "from rehearsal.cluster.processes import Processes\n"
        f"Processes(Path({str(tmp_path)!r})).start('sleeper', {_SLEEP!r})\n"
        "time.sleep(60)\n"
    )
    ours = Processes(tmp_path)
    with subprocess.Popen((sys.executable, "-c", program)) as parent:
        deadline = time.monotonic() + 10
        while not ours.running():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        parent.send_signal(signal.SIGKILL)
    time.sleep(0.2)

    assert ours.running() == ()
