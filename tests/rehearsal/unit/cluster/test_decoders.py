"""Threads that decode at once do not end the process."""

import subprocess
import sys

import pytest

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
