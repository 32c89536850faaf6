"""The tree that is pulled: sizes of the real models, content that nothing compresses."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

_BLOCK_BYTES = 4 << 20
_STRIDE = 1_000_003
"""Bytes by which the block turns from one write to the next; a prime, so that no part repeats."""

_MODEL_JSON = b'{"networkInfoPath": "network_info.json", "networkPath": "network.trt"}'
"""Which files make up the model: this, and what the network consists of, is read by `publish`."""

_SMALL_BYTES = 1_000_000
"""Files below this keep their size when the tree is scaled: there are as many requests as ever."""


@dataclass(frozen=True)
class ModelFile:
    """One file of the tree: its path below the root, its bytes."""

    path: str
    size: int


def _multi_diffusion() -> Iterator[ModelFile]:
    """Audio2Face-3D v3.0 as it is public, with three identities."""
    yield ModelFile("multi-diffusion/network.onnx", 724_844_664)
    for identity in ("Claire", "James", "Mark"):
        yield ModelFile(f"multi-diffusion/bs_skin_{identity}.npz", 15_297_809)
        yield ModelFile(f"multi-diffusion/bs_tongue_{identity}.npz", 1_147_927)
        yield ModelFile(f"multi-diffusion/model_data_{identity}.npz", 972_958)
        # The public list says only that the configurations are small.
        yield ModelFile(f"multi-diffusion/bs_skin_config_{identity}.json", 4_000)
        yield ModelFile(f"multi-diffusion/bs_tongue_config_{identity}.json", 1_500)
        yield ModelFile(f"multi-diffusion/model_config_{identity}.json", 900)
    yield from _descriptions("multi-diffusion")
    yield ModelFile("multi-diffusion/config.json", 0)


def _a23() -> Iterator[ModelFile]:
    """Stand in for the private model with the largest public file, Audio2Emotion's network."""
    yield ModelFile("a23/network.onnx", 1_271_318_264)
    yield from _descriptions("a23")


def _descriptions(model: str) -> Iterator[ModelFile]:
    yield ModelFile(f"{model}/model.json", 1_268)
    yield ModelFile(f"{model}/network_info.json", 1_179)
    yield ModelFile(f"{model}/trt_info.json", 751)


MODELS = (*_multi_diffusion(), *_a23())


def total(files: Iterable[ModelFile]) -> int:
    return sum(file.size for file in files)


def scaled(files: Sequence[ModelFile], gigabytes: float) -> tuple[ModelFile, ...]:
    """Shrink or grow the large files until the tree has about so many gigabytes."""
    small = total(file for file in files if file.size < _SMALL_BYTES)
    factor = (gigabytes * 1e9 - small) / (total(files) - small)
    return tuple(
        file if file.size < _SMALL_BYTES else replace(file, size=max(1, round(file.size * factor)))
        for file in files
    )


def make(files: Iterable[ModelFile], root: Path) -> None:
    """Write the files; the same names and sizes give the same bytes on every machine."""
    block = hashlib.shake_128(b"model_pull").digest(_BLOCK_BYTES)
    twice = memoryview(block + block)
    turns = (count * _STRIDE % _BLOCK_BYTES for count in itertools.count())
    for file in files:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.name == "model.json":
            path.write_bytes(_MODEL_JSON.ljust(file.size))
            continue
        with path.open("wb") as target:
            head = _onnx_head(file.size) if path.suffix == ".onnx" else b""
            target.write(head)
            for start in range(len(head), file.size, _BLOCK_BYTES):
                turn = next(turns)
                target.write(twice[turn : turn + min(_BLOCK_BYTES, file.size - start)])


def _onnx_head(size: int) -> bytes:
    """Return the beginning of an ONNX file of so many bytes: all others are those of one weight.

    It has the tags and lengths of a graph, of the weight in it, and of the weight's bytes.
    """
    head = b""
    for tag in (0x3A, 0x2A, 0x4A):
        length = size - len(head) - 6
        head += bytes([tag, *(length >> shift & 0x7F | 0x80 for shift in range(0, 28, 7))])
        head += bytes([length >> 28])
    return head


def incomplete(files: Iterable[ModelFile], copy: Path) -> str | None:
    """Name the first file that is absent or has another size; None when all are there."""
    return next(
        (
            file.path
            for file in files
            if not (copy / file.path).is_file() or (copy / file.path).stat().st_size != file.size
        ),
        None,
    )


def different(files: Iterable[ModelFile], source: Path, copy: Path) -> str | None:
    """Name the first file whose bytes are not those of the source; None when all are."""
    return next(
        (file.path for file in files if not _same(source / file.path, copy / file.path)), None
    )


def _same(source: Path, copy: Path) -> bool:
    with source.open("rb") as left, copy.open("rb") as right:
        while block := left.read(_BLOCK_BYTES):
            if block != right.read(_BLOCK_BYTES):
                return False
        return not right.read(1)
