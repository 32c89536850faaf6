"""A version that is no longer right on the volume becomes right again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.model_store.tests.buckets import FILES, Bucket, found_in
from containers.model_store.tests.ranges import range_server
from model_store import pull
from model_store.volume import ModelVolume


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Bucket]:
    with range_server() as server:
        yield Bucket(server, tmp_path / "scratch")


@pytest.fixture
def volume(tmp_path: Path) -> ModelVolume:
    root = tmp_path / "volume"
    root.mkdir()
    return ModelVolume(root)


def _damage(path: Path, *, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"wrong")


def test_a_damaged_version_is_repaired(bucket: Bucket, volume: ModelVolume) -> None:
    """Only the parts that are wrong come again."""
    version = bucket.publish(FILES).version
    pull.pull(volume, version, bucket.open)
    _damage(volume.root / "a23/network.onnx", at=2500)
    (volume.root / "a23/empty").unlink()
    bucket.server.requests.clear()
    pull.pull(volume, version, bucket.open)
    assert found_in(volume) == FILES
    assert [request.headers["range"] for request in bucket.server.requests] == ["bytes=2000-2999"]


def test_a_file_that_grew_is_repaired(bucket: Bucket, volume: ModelVolume) -> None:
    """Every part of it is right, and nothing has to come."""
    version = bucket.publish(FILES).version
    pull.pull(volume, version, bucket.open)
    with (volume.root / "a23/network.onnx").open("ab") as file:
        file.write(b"more")
    bucket.server.requests.clear()
    pull.pull(volume, version, bucket.open)
    assert found_in(volume) == FILES
    assert not bucket.server.requests


def test_a_damaged_manifest_on_the_volume_is_replaced(bucket: Bucket, volume: ModelVolume) -> None:
    """The files that it listed are right, and stay."""
    version = bucket.publish(FILES).version
    pull.pull(volume, version, bucket.open)
    (volume.versions / version / "manifest.json").write_text("{")
    bucket.server.requests.clear()
    pull.pull(volume, version, bucket.open)
    assert volume.manifest(version)
    assert not bucket.server.requests
