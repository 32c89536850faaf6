"""Which directories of models are refused: those that no pod could use."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from containers.model_store.tests.networks import network
from containers.model_store.tests.publishing import DIFFUSION, to_publish, write_models
from model_store.failure import ExitCode, Failure
from model_store.model_tree import read_tree


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return write_models(tmp_path / "models", "multi-diffusion", "a23")


def _describe(models: Path, **changed: object) -> None:
    (models / "multi-diffusion/model.json").write_text(json.dumps(DIFFUSION | changed))


def test_both_kinds_of_model_are_complete_with_what_they_name(models: Path) -> None:
    """Diffusion names lists of files, regression one of each."""
    assert {file.path for file in read_tree(models).files} == set(to_publish(models))


def test_a_link_to_a_file_inside_is_that_file(models: Path) -> None:
    """Identities that share data are published as they are opened."""
    (models / "a23/bs_tongue.npz").unlink()
    (models / "a23/bs_tongue.npz").symlink_to("../multi-diffusion/bs_tongue.npz")
    (models / "multi-diffusion/bs_tongue.npz").write_bytes(b"shared")

    [file] = [file for file in read_tree(models).files if file.path == "a23/bs_tongue.npz"]

    assert file.size == 6


def _outside(models: Path) -> None:
    (models.parent / "elsewhere").touch()
    (models / "a23/config.json").unlink()
    (models / "a23/config.json").symlink_to("../../elsewhere")


def _dangling(models: Path) -> None:
    (models / "a23/more.json").symlink_to("nowhere")


def _endless(models: Path) -> None:
    (models / "a23/more.json").symlink_to("more.json")


def _linked_directory(models: Path) -> None:
    (models / "a24").symlink_to("a23")


def _pipe(models: Path) -> None:
    os.mkfifo(models / "a23/pipe")


@pytest.mark.parametrize("make", [_outside, _dangling, _endless, _linked_directory, _pipe])
def test_what_is_no_file_inside_is_refused(models: Path, make: Callable[[Path], None]) -> None:
    """The sentence has its name and what to do."""
    make(models)

    with pytest.raises(Failure, match=rf"{models}/a\S+ is .*, so put a copy there") as refused:
        read_tree(models)

    assert refused.value.code is ExitCode.ARGUMENTS


@pytest.mark.parametrize(
    "path",
    [
        "multi-diffusion/network.onnx",
        "multi-diffusion/trt_info.json",
        "multi-diffusion/network_info.json",
        "multi-diffusion/model_data_Claire.npz",
        "multi-diffusion/bs_tongue_config.json",
        "a23/implicit_emo_db.npz",
        "a23/bs_skin.npz",
    ],
)
def test_a_file_that_a_pod_needs_must_be_there(models: Path, path: str) -> None:
    """Named by model.json at any depth, or needed to build the engine."""
    (models / path).unlink()
    model, _, name = path.partition("/")

    with pytest.raises(Failure, match=f"{models / model} has no {name}, but") as refused:
        read_tree(models)

    assert refused.value.code is ExitCode.NOT_FOUND


@pytest.mark.parametrize("location", ["network.onnx.data", "weights/1.bin"])
def test_weights_beside_an_onnx_file_are_published(models: Path, location: str) -> None:
    """Wherever they lie below it; without them no pod could build the engine."""
    (models / "a23/network.onnx").write_bytes(network("a23", location))
    with pytest.raises(Failure, match=f"a23 has no {location}, but its network.onnx") as refused:
        read_tree(models)
    assert refused.value.code is ExitCode.NOT_FOUND

    (models / "a23" / location).parent.mkdir(exist_ok=True)
    (models / "a23" / location).write_bytes(b"weights")

    assert f"a23/{location}" in {file.path for file in read_tree(models).files}


def test_weights_that_are_not_published_count_as_missing(models: Path) -> None:
    """A hidden file is left out, so a network that has its weights there is refused."""
    (models / "a23/network.onnx").write_bytes(network("a23", ".weights"))
    (models / "a23/.weights").write_bytes(b"weights")

    with pytest.raises(Failure, match=r"a23 has no \.weights"):
        read_tree(models)


def test_an_onnx_file_that_is_none_is_refused(models: Path) -> None:
    """No pod could build an engine from it."""
    path = models / "a23/network.onnx"
    path.write_bytes(b"<html>")

    with pytest.raises(Failure, match=f"{path} is no ONNX model") as refused:
        read_tree(models)

    assert refused.value.code is ExitCode.DAMAGED


def test_a_file_elsewhere_does_not_count(models: Path) -> None:
    """An absolute name leads nowhere in a pod, even if the file is here now."""
    _describe(models, networkInfoPath=str(models / "a23/network_info.json"))

    with pytest.raises(Failure, match="multi-diffusion has no /"):
        read_tree(models)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"networkPath": 1}', "\udcff", "[" * 100_000])
def test_a_model_json_that_is_none_is_refused(models: Path, text: str) -> None:
    """The sentence has its path."""
    path = models / "a23/model.json"
    path.write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(Failure, match=f"{path} is ") as refused:
        read_tree(models)

    assert refused.value.code is ExitCode.DAMAGED


@pytest.mark.parametrize("engine", ["../network.trt", "/engines/network.trt"])
def test_an_engine_must_lie_beside_its_model(models: Path, engine: str) -> None:
    """Anywhere else a pod would not put it."""
    _describe(models, networkPath=engine)

    with pytest.raises(Failure, match=f"names the engine '{engine}': it must lie beside it"):
        read_tree(models)


def test_the_directory_of_one_model_is_not_what_is_published(models: Path) -> None:
    """Its parent is, and the sentence says so."""
    with pytest.raises(Failure, match="a23 is itself a model: name the directory that holds it"):
        read_tree(models / "a23")


def test_a_directory_without_models_is_refused(tmp_path: Path) -> None:
    """Neither an empty one nor one that is not there is a version."""
    with pytest.raises(Failure, match="there is no model in"):
        read_tree(tmp_path)
    with pytest.raises(Failure, match="there is no directory"):
        read_tree(tmp_path / "models")
