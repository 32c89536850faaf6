"""Processes of a control plane: started, identified, stopped; and what goes wrong at the start."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rehearsal.cluster import ClusterError, ControlPlane
from rehearsal.cluster.ports import free_ports
from rehearsal.cluster.processes import Processes
from rehearsal.toolchain import Toolchain


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """Nothing is started when somebody listens already."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        control_plane = ControlPlane(tmp_path, Toolchain(bin=tmp_path), port)

        with pytest.raises(ClusterError, match=f"port {port} of 127.0.0.1 is taken"):
            control_plane.start()


def test_a_component_that_ends_is_named_with_its_last_words(tmp_path: Path) -> None:
    """The message has the program, its last line, and where the rest is."""
    for name, words in {"etcd": "database is broken", "kube-apiserver": "waiting"}.items():
        program = tmp_path / name
        pause = "exit 1" if name == "etcd" else "exec sleep 60"
        program.write_text(f"#!/bin/sh\necho 'starting'\necho '{words}'\n{pause}\n")
        program.chmod(0o755)
    control_plane = ControlPlane(tmp_path, Toolchain(bin=tmp_path), free_ports(1)[0])

    with pytest.raises(ClusterError, match=r"etcd ended while starting: database is broken \("):
        control_plane.start()


_PROGRAM = """
import sys, threading
from lightkube.core.decoders import decode_list
from lightkube.resources.core_v1 import Pod
from rehearsal.cluster.decoders import build_decoders

sys.setswitchinterval(1e-6)
build_decoders()
start = threading.Barrier(4)

def decode(kind):
    start.wait()
    _, _, (found,) = decode_list(b'{"items": [{"metadata": {"name": "a"}, "spec": {}}]}', kind)
    assert found.metadata.name == "a"

threads = [threading.Thread(target=decode, args=(kind,)) for kind in [Pod] * 4]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize("time", range(3))
def test_decoders_are_built_before_the_threads_begin(time: int) -> None:
    """Without that nearly each run of the program ends by SIGSEGV."""
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 0, f"run {time}: {ended.returncode} {ended.stderr}"


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
