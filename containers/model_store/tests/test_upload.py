"""How a file gets into a bucket: whole, checked by S3, or not at all."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from containers.model_store.tests.emulated import EmulatedBucket
from containers.model_store.tests.examples import content
from model_store.bucket import Bucket
from model_store.content import describe
from model_store.failure import ExitCode, Failure
from model_store.manifest import ManifestFile
from model_store.parallel import each
from model_store.upload import checksum

_PART_BYTES = 5 << 20
"""S3 takes no smaller ones."""

_ONNX = "a23/network.onnx"


def _local(tmp_path: Path, size: int) -> tuple[Path, ManifestFile]:
    local = tmp_path / "network.onnx"
    local.write_bytes(content("network", size))
    size, sha256, parts = describe(local, _PART_BYTES)
    return local, ManifestFile(path=_ONNX, size=size, sha256=sha256, parts=parts)


def _upload(
    store: EmulatedBucket,
    file: ManifestFile,
    local: Path,
    sent: Callable[[int], object] = lambda _: None,
) -> ManifestFile:
    return Bucket.at(store.url).upload(file, local, part_bytes=_PART_BYTES, sent=sent)


@pytest.mark.parametrize("size", [0, 1, _PART_BYTES, _PART_BYTES + 1, 2 * _PART_BYTES + 77])
def test_every_size_arrives_whole(versioned: EmulatedBucket, tmp_path: Path, size: int) -> None:
    """S3's own checksum says so, computed over the parts as we cut them."""
    local, file = _local(tmp_path, size)

    _upload(versioned, file, local)

    found = Bucket.at(versioned.url).find(_ONNX)
    assert found
    assert found.checksum == checksum(file.parts, file.sha256)
    assert versioned.content(_ONNX) == local.read_bytes()


@pytest.mark.parametrize("size", [1, _PART_BYTES + 1])
def test_what_is_returned_is_what_was_uploaded(
    versioned: EmulatedBucket, tmp_path: Path, size: int
) -> None:
    """ETag and version are of this upload, also if somebody replaces the object at once."""
    local, file = _local(tmp_path, size)

    uploaded = _upload(versioned, file, local)
    versioned.put(_ONNX, b"something else")

    found = Bucket.at(versioned.url).find(_ONNX, uploaded.version_id)
    assert found
    assert found.etag == uploaded.etag
    assert versioned.content(_ONNX, uploaded.version_id) == local.read_bytes()


def test_without_versioning_the_version_has_s3s_own_name(
    unversioned: EmulatedBucket, tmp_path: Path
) -> None:
    """S3 calls it null, and finds it by that name."""
    local, file = _local(tmp_path, 1)

    uploaded = _upload(unversioned, file, local)

    assert uploaded.version_id == "null"
    assert Bucket.at(unversioned.url).find(_ONNX, "null")


def test_every_byte_is_counted_once(versioned: EmulatedBucket, tmp_path: Path) -> None:
    """Progress adds up to the size of the file."""
    local, file = _local(tmp_path, 2 * _PART_BYTES + 77)
    counts: list[int] = []

    _upload(versioned, file, local, counts.append)

    assert sum(counts) == file.size


def _flip_in_last_part(local: Path) -> None:
    data = bytearray(local.read_bytes())
    data[-1] ^= 1
    local.write_bytes(data)


def _grow(local: Path) -> None:
    with local.open("ab") as file:
        file.write(b"x")


def _shorten(local: Path) -> None:
    local.write_bytes(local.read_bytes()[:-1])


@pytest.mark.parametrize("change", [_flip_in_last_part, _grow, _shorten, Path.unlink])
@pytest.mark.parametrize("size", [77, 2 * _PART_BYTES + 77])
def test_a_file_that_changed_is_not_uploaded(
    versioned: EmulatedBucket, tmp_path: Path, change: Callable[[Path], None], size: int
) -> None:
    """It is named, no object of it is made, and S3 keeps no parts of it."""
    local, file = _local(tmp_path, size)
    change(local)

    with pytest.raises(Failure, match=f"{local} changed while") as refused:
        _upload(versioned, file, local)

    assert refused.value.code is ExitCode.DAMAGED
    assert versioned.versions() == set()
    assert versioned.unfinished() == []


def test_an_upload_that_is_interrupted_leaves_nothing(
    versioned: EmulatedBucket, tmp_path: Path
) -> None:
    """Whatever ends it, a person's Ctrl-C too."""
    local, file = _local(tmp_path, 3 * _PART_BYTES)

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _upload(versioned, file, local, interrupt)

    assert versioned.versions() == set()
    assert versioned.unfinished() == []


def test_more_parts_than_s3_takes_are_refused_before_anything_is_sent(
    versioned: EmulatedBucket, tmp_path: Path
) -> None:
    """The sentence has both numbers."""
    local = tmp_path / "network.onnx"
    local.write_bytes(bytes(10_001))
    size, sha256, parts = describe(local, 1)
    file = ManifestFile(path=_ONNX, size=size, sha256=sha256, parts=parts)

    with pytest.raises(Failure, match=r"10,001 parts of 1 bytes, and S3 takes 10,000"):
        Bucket.at(versioned.url).upload(file, local, part_bytes=1, sent=lambda _: None)

    assert versioned.unfinished() == []


def test_results_come_in_the_order_of_the_items() -> None:
    """Not in the order in which they were done."""
    second = threading.Event()

    def work(number: int) -> int:
        if number:
            second.set()
        else:
            assert second.wait(5)
        return number

    assert each(work, range(2), threads=2) == [0, 1]


def test_after_a_failure_nothing_more_is_begun() -> None:
    """Items that wait for a thread are given up."""
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        if number == 0:
            raise KeyError(number)
        time.sleep(0.01)

    with pytest.raises(KeyError):
        each(work, range(1000), threads=1)

    assert len(begun) < 1000
