"""What is wrong with the models, or their volume, is said before anything is built."""

import pytest

from containers.model_store.tests.engine.conftest import StartPod
from containers.model_store.tests.engine.pod import ONE, Pod, with_weights
from model_store.failure import ExitCode, Failure


def test_missing_onnx_is_named_as_the_guide_does(
    start_pod: StartPod, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log has the line that the operating guide tells people to look for."""
    pod = start_pod({path: text for path, text in ONE.items() if not path.endswith(".onnx")})

    with pytest.raises(Failure, match=r"a23/network\.onnx") as caught:
        pod.engine()

    assert caught.value.code is ExitCode.NOT_FOUND
    line = f"[entrypoint] ONNX not found: {pod.models}/a23/network.onnx"
    assert line in capsys.readouterr().out.splitlines()


def test_weights_that_are_missing_are_named(start_pod: StartPod) -> None:
    """A version may have been published by a program that did not look for them."""
    files = with_weights(b"weights")
    del files["a23/network.onnx.data"]
    pod = start_pod(files)

    with pytest.raises(Failure, match=r"has no a23/network\.onnx\.data: publish it") as caught:
        pod.engine()

    assert caught.value.code is ExitCode.NOT_FOUND
    assert pod.builds == []


@pytest.mark.parametrize("engine", ["../../network.trt", "/tmp/network.trt"])
def test_engine_can_only_lie_in_its_model(start_pod: StartPod, engine: str) -> None:
    """A model.json cannot lead the job to write elsewhere."""
    pod = start_pod({**ONE, "a23/model.json": f'{{"networkPath": "{engine}"}}'.encode()})

    with pytest.raises(Failure, match="must lie beside it"):
        pod.engine()

    assert pod.builds == []


def test_published_engine_is_not_replaced(start_pod: StartPod) -> None:
    """A version stays as it was published, else the next pull would find it damaged."""
    pod = start_pod({**ONE, "a23/network.trt": b"from somebody's laptop"})

    with pytest.raises(Failure, match="publish the models without engines"):
        pod.engine()

    assert pod.network().read_bytes() == b"from somebody's laptop"


def test_job_before_pull_says_so(pod: Pod) -> None:
    """Without a version in use there is nothing to build."""
    (pod.models / "current").unlink()

    with pytest.raises(Failure, match="run `pull` before") as caught:
        pod.engine()

    assert caught.value.code is ExitCode.NOT_FOUND


def test_volume_without_room_for_an_engine_says_so(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build of ten minutes does not end in a full disk."""
    monkeypatch.setattr("model_store.free_space._free", lambda _: 0)

    with pytest.raises(Failure, match="make the volume larger") as caught:
        pod.engine()

    assert caught.value.code is ExitCode.DISK
    assert pod.builds == []
