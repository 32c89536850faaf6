"""A GPU whose memory does not suffice gets a smaller engine, or is named as too small."""

import pytest

from containers.model_store.tests.engine.failing import fails
from containers.model_store.tests.engine.pod import A10G, Pod
from model_store.engine import recipe


def test_batch_is_halved_while_memory_does_not_suffice(
    pod: Pod, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server of eight tracks gets the largest engine that the GPU can build."""
    monkeypatch.setattr(recipe, "TRACKS", 8)
    pod.plays("trtexec", build_ends="without memory", memory=2)

    pod.engine()

    batches = [options["maxShapes"].partition(",")[0] for options in pod.builds]
    assert batches == [f"window:{batch}x16000" for batch in (8, 4, 2)]
    assert pod.network().exists()


def test_workspace_is_limited_when_the_batch_is_one_already(pod: Pod) -> None:
    """The last attempt leaves half of the memory to weights and activations."""
    pod.plays("trtexec", build_ends="without memory", memory=0.5)

    pod.engine()

    pools = [options["memPoolSize"] for options in pod.builds]
    assert pools == ["tacticSharedMem:0.046875", "tacticSharedMem:0.046875,workspace:7680"]
    assert pod.network().exists()


def test_engine_that_took_less_memory_is_found_again(pod: Pod) -> None:
    """What the attempts led to counts as the engine that was asked for."""
    pod.plays("trtexec", build_ends="without memory", memory=0.5)
    pod.engine()

    pod.engine()

    assert len(pod.builds) == 2


def test_too_small_gpu_is_named_with_larger_ones(pod: Pod) -> None:
    """Who reads the failure learns what to order."""
    pod.plays("trtexec", build_ends="without memory", memory=0)

    sentence = fails(pod).sentence

    assert "15360 MiB of this Tesla T4" in sentence
    assert "g5 or g6 (24 GiB) or g6e (48 GiB)" in sentence


def test_only_larger_gpus_are_named(pod: Pod) -> None:
    """An A10G has the memory of a g5 already."""
    pod.plays("nvidia-smi", says=A10G)
    pod.plays("trtexec", build_ends="without memory", memory=0)

    sentence = fails(pod).sentence

    assert "g6e (48 GiB)" in sentence
    assert "g5" not in sentence


def test_warnings_about_memory_are_no_reason_to_try_again(pod: Pod) -> None:
    """TensorRT leaves out tactics that do not fit, whatever becomes of the build."""
    pod.plays("trtexec", build_ends="badly")

    fails(pod)

    assert "Out of memory" in (pod.cached[0] / "trtexec.log").read_text()
    assert len(pod.builds) == 1
