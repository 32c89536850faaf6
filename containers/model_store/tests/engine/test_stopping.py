"""A job that is stopped, by Kubernetes or by a crash, leaves a volume that the next start takes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import model_store
from containers.model_store.tests.engine.pod import Pod
from containers.model_store.tests.engine.processes import gone

_PATIENCE_S = 60


def start(pod: Pod) -> "subprocess.Popen[str]":
    """Start the job `engine` as a container does, and wait until trtexec hangs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "model_store", "engine", *pod.arguments],
        env={**pod.environment, "PYTHONPATH": str(Path(model_store.__file__).parents[1])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    ends = time.monotonic() + _PATIENCE_S
    while not (pod.played / "hanging").exists():
        assert process.poll() is None
        assert time.monotonic() < ends
        time.sleep(0.02)
    return process


def test_stopped_build_ends_with_all_its_processes(pod: Pod) -> None:
    """On SIGTERM the exit code is 143, trtexec is gone, and so is its unfinished engine."""
    pod.plays("trtexec", build_ends="never")
    with start(pod) as process:
        process.send_signal(signal.SIGTERM)
        errors = process.communicate(timeout=_PATIENCE_S)[1]

    assert process.returncode == 143
    assert errors.startswith("model-store: stopped")
    assert errors.count("\n") == 1
    assert [process for process in pod.hanging if not gone(process)] == []
    [place] = pod.cached
    assert [path.name for path in place.iterdir()] == ["trtexec.log"]
    assert not pod.network().is_symlink()


def test_start_after_a_stopped_build_builds(pod: Pod) -> None:
    """Nothing stands in the way of the next start, and what was measured before is still there."""
    pod.engine()
    timings = Path(pod.builds[0]["timingCacheFile"])
    pod.network().resolve().write_bytes(b"harmed")
    pod.plays("trtexec", build_ends="never")
    with start(pod) as process:
        process.terminate()
        process.communicate(timeout=_PATIENCE_S)
    assert timings.read_bytes() == b"timings"
    pod.plays("trtexec", build_ends="well")

    pod.engine()

    assert pod.network().read_bytes().endswith(b" END")
    assert pod.builds[-1]["timingCacheFile"] == str(timings)


def test_start_after_a_crash_removes_the_unfinished_engine(pod: Pod) -> None:
    """What a killed job was writing does not take room for ever."""
    pod.plays("trtexec", build_ends="never")
    with start(pod) as process:
        process.kill()
        process.communicate(timeout=_PATIENCE_S)
    for hanging in pod.hanging:
        os.kill(hanging, signal.SIGKILL)  # the pod's other processes end with its first
    [place] = pod.cached
    (place / "network.trt.part").write_bytes(b"half an engine")
    pod.plays("trtexec", build_ends="well")

    pod.engine()

    assert not (place / "network.trt.part").exists()
    assert pod.network().read_bytes().endswith(b" END")
