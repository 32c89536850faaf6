"""Fixtures of the model store's tests: a bucket behind a server, a volume, an upgrade."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.model_store.tests.emulated import EmulatedBucket, Emulator
from containers.model_store.tests.examples import BUCKET, FIRST, store
from containers.model_store.tests.pods import Volume
from containers.model_store.tests.s3.server import Server
from containers.model_store.tests.upgrades import Upgrade


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    root = tmp_path / "bucket"
    root.mkdir()
    with Server(root, bucket=BUCKET, versioned=True) as running:
        yield running


@pytest.fixture
def volume(tmp_path: Path, server: Server) -> Volume:
    """Give a new, empty volume whose pod knows the server."""
    path = tmp_path / "volume"
    path.mkdir()
    return Volume(path, server)


@pytest.fixture(scope="session")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pull the first version once; tests take copies."""
    folder = tmp_path_factory.mktemp("pulled")
    (folder / "bucket").mkdir()
    (folder / "volume").mkdir()
    with Server(folder / "bucket", bucket=BUCKET, versioned=True) as server:
        volume = Volume(folder / "volume", server)
        version = store(server, FIRST).version
        volume.pull(version)
    assert volume.has(version, FIRST)
    return volume.path


@pytest.fixture
def upgrade(tmp_path: Path, pulled: Path, server: Server) -> Upgrade:
    """Give a volume that has the first version and is to get the second."""
    return Upgrade.prepared(server, pulled, tmp_path / "volume")


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """Run an emulator of AWS for all tests: it knows S3's versions, conditions and checksums."""
    with Emulator() as running:
        yield running


@pytest.fixture
def unversioned(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> EmulatedBucket:
    """Make an empty bucket that keeps no versions, and an environment in which it is found."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    return emulator.new_bucket()


@pytest.fixture
def versioned(unversioned: EmulatedBucket) -> EmulatedBucket:
    """Make an empty bucket that keeps the versions of its objects."""
    unversioned.keep_versions()
    return unversioned
