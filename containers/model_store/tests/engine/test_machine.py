"""The GPU is what nvidia-smi says, and without one the job says so in one sentence."""

import pytest

from containers.model_store.tests.engine.pod import Pod
from model_store.engine import machine
from model_store.failure import ExitCode, Failure


def fails(pod: Pod, words: str) -> None:
    with pytest.raises(Failure, match=words) as caught:
        pod.engine()
    assert caught.value.code is ExitCode.NO_ENGINE
    assert "\n" not in caught.value.sentence
    assert pod.builds == []


def test_image_without_nvidia_smi_is_named(pod: Pod) -> None:
    """The job was started in a container that has no driver."""
    (pod.tools / "nvidia-smi").unlink()

    fails(pod, "nvidia-smi cannot be started here")


def test_pod_without_gpu_is_named(pod: Pod) -> None:
    """The container asked for none, or the device plug-in gave none."""
    pod.plays("nvidia-smi", says="No devices were found", code=6)

    fails(pod, r"says: No devices were found; the container needs nvidia\.com/gpu: 1")


@pytest.mark.parametrize("says", ["", "Tesla T4, 7.5", "Tesla T4, 7.5, 570.172.08, [N/A]"])
def test_answer_that_is_no_gpu_is_shown(pod: Pod, says: str) -> None:
    """What cannot be understood is not guessed."""
    pod.plays("nvidia-smi", says=says)

    fails(pod, "nvidia-smi describes the GPU as")


def test_gpu_that_hangs_is_named(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost GPU must not stop a pod for ever."""
    monkeypatch.setattr(machine, "_TIMEOUT_S", 0.2)
    pod.plays("nvidia-smi", seconds=30)

    fails(pod, "the GPU of this node is lost")
