"""What goes wrong at the start is one sentence."""

import socket
from pathlib import Path

import pytest

from rehearsal.cluster import ClusterError, ControlPlane
from rehearsal.cluster.ports import free_ports
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
