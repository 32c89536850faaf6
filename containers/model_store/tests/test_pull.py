"""A pull downloads one version, no more bytes than are missing, and repairs a damaged one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.model_store.tests.buckets import FILES, Bucket, found_in
from containers.model_store.tests.ranges import PART_BYTES, Answer, range_server
from model_store import pull
from model_store.failure import ExitCode, Failure
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


def test_a_pull_brings_every_byte(
    bucket: Bucket, volume: ModelVolume, capsys: pytest.CaptureFixture[str]
) -> None:
    """Empty files too; the last line says what a person wants to know."""
    version = bucket.publish(FILES).version
    pull.pull(volume, version, bucket.open)
    assert found_in(volume) == FILES
    assert (volume.root / "a23/network.onnx").read_bytes() == FILES["a23/network.onnx"]
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith(f"version {version[:12]} is in use: 3 files, 0 MB, 0 MB received in ")


def test_a_second_start_needs_no_bucket(bucket: Bucket, volume: ModelVolume) -> None:
    """All is there, and verified."""
    version = bucket.publish(FILES).version
    for _ in range(2):
        pull.pull(volume, version, bucket.open)
    assert bucket.opened == 1


def test_links_that_were_lost_come_back(bucket: Bucket, volume: ModelVolume) -> None:
    """The last start may have ended between the files and the links."""
    version = bucket.publish(FILES).version
    pull.pull(volume, version, bucket.open)
    for link in ("current", "a23"):
        (volume.root / link).unlink()
    pull.pull(volume, version, bucket.open)
    assert (volume.root / "a23/network.onnx").read_bytes() == FILES["a23/network.onnx"]
    assert bucket.opened == 1


def test_an_interrupted_pull_goes_on(bucket: Bucket, volume: ModelVolume) -> None:
    """Parts that came are not asked for again, and the version before stays in use until then."""
    first = bucket.publish({"a23/network.onnx": b"first"})
    pull.pull(volume, first.version, bucket.open)
    second = bucket.publish(FILES)
    bucket.server.answer = lambda request: (
        Answer(status=404) if request.headers["range"] == "bytes=5000-5999" else None
    )
    with pytest.raises(Failure):
        pull.pull(volume, second.version, bucket.open)
    assert found_in(volume) == {"a23/network.onnx": b"first"}
    bucket.server.answer = lambda _: None
    came = {
        part
        for part in range(0, len(FILES["a23/network.onnx"]), PART_BYTES)
        if any((volume.staging / second.version / "a23/network.onnx").read_bytes()[part:][:1000])
    }
    bucket.server.requests.clear()
    pull.pull(volume, second.version, bucket.open)
    assert found_in(volume) == FILES
    asked = {request.headers["range"] for request in bucket.server.requests}
    assert not {f"bytes={part}-{part + 999}" for part in came} & asked
    assert not list(volume.staging.iterdir())


def test_no_byte_comes_to_a_volume_without_room(
    bucket: Bucket, volume: ModelVolume, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is missing, and a tenth more, must be free."""
    manifest = bucket.publish(FILES)
    asked: list[int] = []

    def no_room(_volume: ModelVolume, needed: int, *, wanted: str) -> None:
        asked.append(needed)
        raise Failure(ExitCode.DISK, wanted)

    monkeypatch.setattr(pull, "make_space", no_room)
    with pytest.raises(Failure):
        pull.pull(volume, manifest.version, bucket.open)
    assert asked == [manifest.bytes * 11 // 10]
    assert not bucket.server.requests


def test_a_name_that_is_taken_is_noticed_first(bucket: Bucket, volume: ModelVolume) -> None:
    """Before gigabytes have come that cannot be used."""
    version = bucket.publish(FILES).version
    (volume.root / "a23").mkdir()
    with pytest.raises(Failure, match="a23 was not made by model-store"):
        pull.pull(volume, version, bucket.open)
    assert not bucket.server.requests


def test_the_version_before_is_kept_and_no_other(bucket: Bucket, volume: ModelVolume) -> None:
    """To go back to it takes no network."""
    versions = [bucket.publish({"a/a": content}).version for content in (b"1", b"2", b"3")]
    for version in versions:
        pull.pull(volume, version, bucket.open)
    assert {path.name for path in volume.versions.iterdir()} == set(versions[1:])
    pull.pull(volume, versions[1], bucket.open)
    assert found_in(volume) == {"a/a": b"2"}
    assert bucket.opened == 3


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
