"""An engine is built by one pod, and used by every other that has the same GPU and TensorRT."""

import hashlib
import json
import math

import pytest

from containers.model_store.tests.engine.conftest import StartPod
from containers.model_store.tests.engine.pod import A10G, BOTH, Pod, with_weights
from containers.model_store.tests.s3.faults import (
    ACCESS_DENIED,
    SLOW_DOWN,
    Cut,
    Fault,
    Flip,
    Refuse,
)
from containers.model_store.tests.s3.server import Server
from model_store.failure import ExitCode, Failure


def test_second_pod_on_the_same_gpu_type_builds_nothing(start_pod: StartPod) -> None:
    """Both models' engines come from the first pod, byte for byte."""
    first, second = start_pod(BOTH), start_pod(BOTH)
    first.engine()
    first.share()

    second.engine()

    assert len(first.builds) == 2
    assert second.builds == []
    for name in ("a23", "multi-diffusion"):
        assert second.network(name).read_bytes() == first.network(name).read_bytes()


def test_other_weights_do_not_get_the_engine(start_pod: StartPod) -> None:
    """Though the ONNX file is the same: the weights lie beside it, and are part of the key."""
    first, second = start_pod(with_weights(b"old")), start_pod(with_weights(b"new"))
    first.engine()
    first.share()

    second.engine()
    second.share()

    assert len(second.builds) == 1
    assert [place.name for place in second.cached] != [place.name for place in first.cached]


def test_same_weights_get_the_engine(start_pod: StartPod, server: Server) -> None:
    """Its sidecar in the store names each file that it was built from."""
    first, second = start_pod(with_weights(b"same")), start_pod(with_weights(b"same"))
    first.engine()
    first.share()

    second.engine()

    assert second.builds == []
    [key] = [key for key in server.objects.all_keys() if key.endswith("engine.json")]
    sidecar = json.loads((server.objects.root / key).read_text())
    assert sidecar["key"]["network"].keys() == {"network.onnx", "network.onnx.data"}


def test_engine_of_several_parts_arrives_whole(start_pod: StartPod) -> None:
    """Real engines are larger than a part of 8 MiB."""
    first, second = start_pod(), start_pod()
    first.plays("trtexec", size=17_000_000)
    first.engine()
    first.share()

    second.engine()

    assert second.builds == []
    assert second.network().read_bytes() == first.network().read_bytes()


def test_fetched_engine_is_loaded_before_it_counts(start_pod: StartPod) -> None:
    """An engine that does not load here is not used, whatever its key says."""
    first, second = start_pod(), start_pod()
    first.engine()
    first.share()
    second.plays("trtexec", loads=False)

    with pytest.raises(Failure, match="does not load"):
        second.engine()

    assert not second.network().exists()


def test_pod_builds_if_the_fetched_engine_does_not_load(
    start_pod: StartPod, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bad engine in the store costs a build and a warning that names it."""
    first, second = start_pod(), start_pod()
    first.plays("trtexec", build_ends="well")
    first.engine()
    spoil(first)
    first.share()

    second.engine()

    assert len(second.builds) == 1
    [line] = [line for line in capsys.readouterr().out.splitlines() if "warning" in line]
    assert "does not load on this Tesla T4, so remove it" in line
    assert (
        f"s3://models/{next(key for key in server.objects.all_keys() if key.endswith('.trt'))}"
        in line
    )


def spoil(pod: Pod) -> None:
    """Make the pod's engine one that loads nowhere, with a sidecar that fits."""
    [place] = pod.cached
    engine = place / "network.trt"
    content = engine.read_bytes()
    engine.write_bytes(b"X" + content[1:])
    sidecar = json.loads((place / "engine.json").read_text())
    [sidecar["sha256"]] = sidecar["parts"] = [hashlib.sha256(engine.read_bytes()).hexdigest()]
    (place / "engine.json").write_text(json.dumps(sidecar))


def test_another_gpu_does_not_get_the_engine(start_pod: StartPod) -> None:
    """What was built for a T4 is no engine for an A10G."""
    first, second = start_pod(), start_pod()
    first.engine()
    first.share()
    second.plays("nvidia-smi", says=A10G)

    second.engine()

    assert len(second.builds) == 1


@pytest.mark.parametrize("fault", [Cut(after=300), Flip(at=300), SLOW_DOWN], ids=str)
def test_engine_arrives_whole_over_a_bad_network(
    start_pod: StartPod, server: Server, fault: Fault
) -> None:
    """What came wrongly is fetched again."""
    first, second = start_pod(), start_pod()
    first.engine()
    first.share()
    server.faults.plan(fault, key=".trt")

    second.engine()

    assert second.builds == []
    assert second.network().read_bytes() == first.network().read_bytes()


def test_engine_that_is_damaged_in_the_store_is_not_used(
    start_pod: StartPod, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other bytes than the sidecar tells of cost a warning and a build."""
    first, second = start_pod(), start_pod()
    first.engine()
    first.share()
    server.faults.plan(Flip(at=300), key=".trt", times=math.inf)

    second.engine()

    assert len(second.builds) == 1
    assert "warning: a23 is built here" in capsys.readouterr().out


@pytest.mark.parametrize("text", [b"", b"{}", b"\xff", b"[" * 100_000])
def test_damaged_sidecar_costs_a_warning_and_a_build(
    start_pod: StartPod, server: Server, capsys: pytest.CaptureFixture[str], text: bytes
) -> None:
    """Who reads the warning learns what to remove."""
    first, second = start_pod(), start_pod()
    first.engine()
    first.share()
    [key] = [key for key in server.objects.all_keys() if key.endswith("engine.json")]
    (server.objects.root / key).write_bytes(text)

    second.engine()

    assert len(second.builds) == 1
    [line] = [line for line in capsys.readouterr().out.splitlines() if "warning" in line]
    assert f"s3://models/{key} is damaged" in line
    assert "remove it" in line


@pytest.mark.parametrize(
    "fault",
    [ACCESS_DENIED, Refuse(404, "NoSuchBucket"), Refuse(403, "InvalidAccessKeyId")],
    ids=str,
)
def test_store_that_cannot_be_asked_costs_a_warning_and_a_build(
    pod: Pod, server: Server, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    """A pod can always help itself."""
    server.faults.plan(fault, times=math.inf)

    pod.engine()

    assert len(pod.builds) == 1
    [line] = [line for line in capsys.readouterr().out.splitlines() if "warning" in line]
    assert line.startswith("warning: a23 is built here for lack of a shared engine: ")


def test_place_that_is_no_store_is_a_mistake(pod: Pod) -> None:
    """An address that is wrong for ever is said at the first start, not built around."""
    with pytest.raises(Failure, match="s3://BUCKET/PREFIX/") as caught:
        pod.engine("--store", "https://models/a2f-engines/")

    assert caught.value.code is ExitCode.ARGUMENTS
    assert pod.builds == []
