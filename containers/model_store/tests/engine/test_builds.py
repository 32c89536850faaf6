"""An engine is built once for what it depends on, and again when one of these is another."""

import os
from pathlib import Path

import pytest

from containers.model_store.tests.engine.conftest import StartPod
from containers.model_store.tests.engine.pod import A10G, BOTH, ONE, Pod, with_weights
from containers.model_store.tests.networks import network
from model_store.failure import Failure
from model_store.free_space import prune
from model_store.volume import ModelVolume


def test_every_model_gets_an_engine_from_its_own_onnx(start_pod: StartPod) -> None:
    """Each model's network.trt is the engine that was built from its network.onnx."""
    pod = start_pod(BOTH)

    pod.engine()

    assert len(pod.builds) == 2
    assert b"ONNX a23" in pod.network("a23").read_bytes()
    assert b"ONNX multi-diffusion" in pod.network("multi-diffusion").read_bytes()


def test_engine_is_built_for_one_track(pod: Pod) -> None:
    """Largest and best batch are 1, whatever the model's defaults are; the rest is its own."""
    pod.engine()

    [options] = pod.builds
    assert options["maxShapes"] == "window:1x16000,identity:1x3"
    assert options["optShapes"] == "window:1x16000,identity:1x3"
    assert options["memPoolSize"] == "tacticSharedMem:0.046875"
    assert options["device"] == "0"
    assert "skipInference" in options


def test_second_start_builds_nothing(pod: Pod) -> None:
    """What is on the volume and right is used."""
    pod.engine()
    first = pod.network().read_bytes()

    pod.engine()

    assert len(pod.builds) == 1
    assert pod.network().read_bytes() == first


def test_second_start_asks_no_network(pod: Pod) -> None:
    """With its engines on the volume a pod starts while S3 cannot be reached."""
    pod.engine()

    Pod(pod.home, "http://127.0.0.1:9").engine()

    assert len(pod.builds) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"tool": "trtexec", "version": 101303, "build": 10},
        {"tool": "trtexec", "version": 101601, "build": 9},
        {"tool": "nvidia-smi", "says": A10G},
        {"tool": "nvidia-smi", "says": "Quadro RTX 6000, 7.5, 570.172.08, 15360"},
        {"tool": "nvidia-smi", "says": "Tesla T4, 7.5, 580.65.06, 15360"},
    ],
    ids=["TensorRT build", "TensorRT version", "architecture", "GPU name", "driver branch"],
)
def test_another_machine_gets_another_engine(pod: Pod, changes: dict[str, object]) -> None:
    """An engine is never used where something that it depends on is another."""
    pod.engine()
    first = pod.network().read_bytes()

    pod.plays(**changes)  # type: ignore[arg-type] # "tool" is one of them
    pod.engine()

    assert len(pod.builds) == 2
    assert pod.network().read_bytes() != first


def test_driver_update_within_its_branch_keeps_the_engine(pod: Pod) -> None:
    """Only another major version of the driver asks for another engine."""
    pod.engine()
    pod.plays("nvidia-smi", says="Tesla T4, 7.5, 570.195.03, 15360")

    pod.engine()

    assert len(pod.builds) == 1


@pytest.mark.parametrize("path", ["a23/network.onnx", "a23/trt_info.json"])
def test_new_version_of_a_network_gets_a_new_engine(pod: Pod, path: str) -> None:
    """Another ONNX file, or other build arguments, ask for another engine."""
    pod.engine()

    pod.pulls({**ONE, path: ONE[path].replace(b"a23", b"a24").replace(b"16000", b"16001")})
    pod.engine()

    assert len(pod.builds) == 2


def test_new_version_with_other_weights_gets_a_new_engine(start_pod: StartPod) -> None:
    """The ONNX file is the same; the engine on the volume is not taken for the new one's."""
    pod = start_pod(with_weights(b"old"))
    pod.engine()
    old = pod.network().read_bytes()

    pod.pulls(with_weights(b"new"))
    pod.engine()

    assert len(pod.builds) == 2
    assert pod.network().read_bytes() != old


def test_room_is_made_for_an_engine_as_large_as_the_weights(
    start_pod: StartPod, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ONNX file itself says next to nothing about it."""
    pod = start_pod(with_weights(bytes(1_000_000)))
    monkeypatch.setattr("model_store.free_space._free", lambda _: 1_000_000)

    with pytest.raises(Failure, match="make the volume larger"):
        pod.engine()

    assert pod.builds == []


def test_new_version_with_the_same_network_keeps_its_engine(pod: Pod) -> None:
    """What is no part of the network does not matter to the engine."""
    pod.engine()
    first = pod.network().read_bytes()

    pod.pulls({**ONE, "a23/bs_skin.npz": b"another face"})
    assert not pod.network().exists()
    pod.engine()

    assert len(pod.builds) == 1
    assert pod.network().read_bytes() == first


def test_two_models_of_one_network_share_its_engine(start_pod: StartPod) -> None:
    """The key is made of contents, not of names."""
    twin = {path.replace("a23", "a24"): content for path, content in ONE.items()}
    pod = start_pod({**ONE, **twin})

    pod.engine()

    assert len(pod.builds) == 1
    assert pod.network("a23").samefile(pod.network("a24"))


def test_links_hold_wherever_the_volume_is_mounted(pod: Pod, tmp_path: Path) -> None:
    """The way from the model to its engine is relative."""
    pod.engine()
    content = pod.network().read_bytes()

    pod.models.rename(tmp_path / "elsewhere")

    assert (tmp_path / "elsewhere/a23/network.trt").read_bytes() == content


def test_server_finds_the_marker_and_an_engine_that_is_not_outdated(pod: Pod) -> None:
    """The server's image expects .gpu_arch, and an engine that is newer than its ONNX file."""
    pod.engine()
    os.utime(pod.network(), (0, 0))
    pod.pulls({**ONE, "a23/bs_skin.npz": b"another face"})

    pod.engine()

    assert (pod.models / "a23/.gpu_arch").read_text() == "75\n"
    assert pod.network().stat().st_mtime >= (pod.models / "a23/network.onnx").stat().st_mtime


def test_log_has_the_lines_that_the_guide_names(
    pod: Pod, capsys: pytest.CaptureFixture[str]
) -> None:
    """People follow a build by the lines that the operating guide has always told them."""
    pod.engine()

    lines = capsys.readouterr().out.splitlines()
    assert "[entrypoint] Building TRT from ONNX: a23" in lines
    assert f"[entrypoint] TRT engine created: {pod.models}/a23/network.trt" in lines


def test_engine_has_the_name_that_the_model_gives_it(start_pod: StartPod) -> None:
    """The name is data of model.json, not a convention."""
    pod = start_pod({**ONE, "a23/model.json": b'{"networkPath": "network_fp16.trt"}'})

    pod.engine()

    assert b"ONNX a23" in (pod.models / "a23/network_fp16.trt").read_bytes()
    assert not pod.network().exists()


def test_engines_go_with_the_versions_that_used_them(pod: Pod) -> None:
    """As `pull` prunes, the version in use and the one before it keep their engines."""
    for number in range(3):
        pod.pulls({**ONE, "a23/network.onnx": network(f"ONNX {number}")})
        pod.engine()

    prune(ModelVolume(pod.models))

    engines = b"".join((place / "network.trt").read_bytes() for place in pod.cached)
    assert [b"ONNX 0" in engines, b"ONNX 1" in engines, b"ONNX 2" in engines] == [False, True, True]
