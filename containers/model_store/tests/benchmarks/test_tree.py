"""The tree that the model store's benchmark pulls."""

import hashlib
from pathlib import Path

import onnx
import pytest

from containers.model_store.benchmarks.tree import (
    MODELS,
    ModelFile,
    different,
    incomplete,
    make,
    scaled,
    total,
)

_FILES = (ModelFile("a/large", 9_000_000), ModelFile("a/small", 1_000), ModelFile("b/empty", 0))
_LARGE = "23fc108b3a0842073a9020dd781efad3fd94d24a5598396280b48b7878a2ff8e"


def test_the_tree_has_the_shape_of_the_real_models() -> None:
    """Two models with their large networks, many small files, one of them empty."""
    sizes = {file.path: file.size for file in MODELS}

    assert sizes["multi-diffusion/network.onnx"] == 724_844_664
    assert sizes["a23/network.onnx"] == 1_271_318_264
    assert sizes["multi-diffusion/config.json"] == 0
    assert sum(size == 15_297_809 for size in sizes.values()) == 3
    assert 2.0e9 < total(MODELS) < 2.1e9


@pytest.mark.parametrize("gigabytes", [0.02, 0.3, 4])
def test_a_scaled_tree_has_the_asked_size_and_all_the_files(gigabytes: float) -> None:
    """Large files shrink and grow; small ones stay, so that there are as many requests."""
    files = scaled(MODELS, gigabytes)

    assert total(files) == pytest.approx(gigabytes * 1e9, abs=len(files))
    assert [file.path for file in files] == [file.path for file in MODELS]
    assert [file for file in files if file.path.endswith(".json")] == [
        file for file in MODELS if file.path.endswith(".json")
    ]


def test_the_same_tree_has_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    """Whoever makes it again publishes the same version."""
    make(_FILES, tmp_path)

    content = (tmp_path / "a" / "large").read_bytes()
    assert hashlib.sha256(content).hexdigest() == _LARGE


def test_a_network_of_the_tree_is_one_to_others(tmp_path: Path) -> None:
    """`publish` takes it, and it has the size that was asked for."""
    make([ModelFile("a/network.onnx", 9_000_000)], tmp_path)
    path = tmp_path / "a" / "network.onnx"

    [weight] = onnx.load(path).graph.initializer

    assert path.stat().st_size == 9_000_000
    assert len(weight.raw_data) == 9_000_000 - 18


def test_a_copy_with_the_same_bytes_is_right(tmp_path: Path) -> None:
    """Nothing else is asked of it."""
    make(_FILES, tmp_path / "source")
    make(_FILES, tmp_path / "copy")

    assert incomplete(_FILES, tmp_path / "copy") is None
    assert different(_FILES, tmp_path / "source", tmp_path / "copy") is None


def test_no_two_pieces_of_a_tree_are_alike(tmp_path: Path) -> None:
    """A client that mixes up two parts brings other bytes."""
    make(_FILES, tmp_path)
    content = (tmp_path / "a" / "large").read_bytes()

    pieces = {content[start : start + 4096] for start in range(0, len(content) - 4096, 4096)}
    assert len(pieces) == (len(content) - 1) // 4096


def test_a_copy_with_one_other_byte_is_found(tmp_path: Path) -> None:
    """What a rival brought counts only if it is right."""
    make(_FILES, tmp_path / "source")
    make(_FILES, tmp_path / "copy")
    with (tmp_path / "copy" / "a" / "large").open("r+b") as file:
        file.seek(5_000_000)
        byte = file.read(1)
        file.seek(5_000_000)
        file.write(bytes([byte[0] ^ 1]))

    assert different(_FILES, tmp_path / "source", tmp_path / "copy") == "a/large"


@pytest.mark.parametrize("damage", ["shorter", "absent"])
def test_an_incomplete_copy_is_found(tmp_path: Path, damage: str) -> None:
    """A program that ended well may still have left something out."""
    make(_FILES, tmp_path)
    file = tmp_path / "a" / "small"
    if damage == "absent":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1])

    assert incomplete(_FILES, tmp_path) == "a/small"
