"""What goes from a volume, and what stays whatever happens."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from containers.model_store.tests.versions import used
from model_store import free_space
from model_store.failure import ExitCode, Failure
from model_store.free_space import make_space, prune
from model_store.manifest import ModelManifest
from model_store.volume import ModelVolume


@pytest.fixture
def volume(tmp_path: Path) -> ModelVolume:
    root = tmp_path / "volume"
    root.mkdir()
    return ModelVolume(root)


def _engine(volume: ModelVolume, name: str, *versions: ModelManifest) -> Path:
    """Put an engine on the volume, with a link from the first model of each of the versions."""
    engine = volume.engines / name / "network.trt"
    engine.parent.mkdir(parents=True)
    engine.write_text(name)
    for manifest in versions:
        link = (volume.versions / manifest.version / manifest.files[0].path).with_name(
            "network.trt"
        )
        link.symlink_to(os.path.relpath(engine, link.parent))
    return engine.parent


def test_two_versions_are_kept(volume: ModelVolume) -> None:
    """The one in use and the one before; what was left of others goes."""
    manifests = [used(volume, path) for path in ("a/1", "a/2", "a/3")]
    (volume.staging / ("0" * 64)).mkdir()
    prune(volume)
    kept = {manifest.version for manifest in manifests[1:]}
    assert {path.name for path in volume.versions.iterdir()} == kept
    assert not list(volume.staging.iterdir())


def test_engines_go_with_the_last_version_that_uses_them(volume: ModelVolume) -> None:
    """An engine that two versions share stays with the second."""
    first, second, third = (used(volume, path) for path in ("a/1", "a/2", "a/3"))
    gone = _engine(volume, "of the first", first)
    kept = _engine(volume, "of the second", second)
    (shared := _engine(volume, "of both")).joinpath("network.trt").touch()
    for manifest in (first, third):
        link = volume.versions / manifest.version / "a/shared.trt"
        link.symlink_to("../../../.engines/of both/network.trt")
    prune(volume)
    assert (gone.exists(), kept.exists(), shared.exists()) == (False, True, True)


def test_an_engine_on_its_way_stays_while_no_version_goes(volume: ModelVolume) -> None:
    """Nothing has a link to it yet."""
    used(volume, "a/1")
    (volume.staging / ("0" * 64)).mkdir()
    engine = _engine(volume, "half")
    prune(volume)
    assert engine.exists()


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


def _full_disk(monkeypatch: pytest.MonkeyPatch, volume: ModelVolume, size: int) -> None:
    """Let the disk end `size` bytes after what is on the volume now."""
    total = free_space._size(volume.root) + size  # noqa: SLF001 -- the disk counts as the program does
    usage = lambda _: _Usage(total, 0, total - free_space._size(volume.root))  # noqa: E731, SLF001
    monkeypatch.setattr(shutil, "disk_usage", usage)


def test_what_is_not_in_use_goes_if_that_makes_room(
    volume: ModelVolume, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more of it than is needed, and what was never complete goes first."""
    previous, current = (used(volume, path) for path in ("a/1", "a/2"))
    stale = volume.staging / ("0" * 64)
    stale.mkdir()
    (stale / "part").write_bytes(bytes(100_000))
    _full_disk(monkeypatch, volume, 1000)
    make_space(volume, 50_000, wanted="f" * 64)
    assert not stale.exists()
    assert (volume.versions / previous.version).exists()
    make_space(volume, 105_000, wanted="f" * 64)
    assert not (volume.versions / previous.version).exists()
    assert (volume.versions / current.version).exists()


def test_nothing_goes_if_that_does_not_make_room(
    volume: ModelVolume, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says what is free and what is needed."""
    previous, _ = (used(volume, path) for path in ("a/1", "a/2"))
    _full_disk(monkeypatch, volume, 1_000_000)
    with pytest.raises(Failure, match="has 1 MB free, and 9 MB are needed") as failure:
        make_space(volume, 9_000_000, wanted="f" * 64)
    assert failure.value.code is ExitCode.DISK
    assert (volume.versions / previous.version).exists()
