"""The disk holds something else than was written, or no more at all."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from containers.model_store.tests.examples import FIRST, SECOND
from containers.model_store.tests.pods import Volume
from containers.model_store.tests.s3.faults import Run
from containers.model_store.tests.small_disk import small_disk
from containers.model_store.tests.upgrades import Upgrade
from model_store.failure import ExitCode

_MODEL = "multi-diffusion/network.onnx"
_SIZE = sum(len(data) for data in FIRST.values())


def _flip(path: Path) -> None:
    """Turn one bit in the middle, and leave no trace of it in the times."""
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(status.st_size // 2)
        byte = file.read(1)[0]
        file.seek(status.st_size // 2)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _extend(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _punch(path: Path) -> None:
    """Lose the data and keep the size, as file systems do that were not asked to flush."""
    size = path.stat().st_size
    os.truncate(path, 0)
    os.truncate(path, size)


@pytest.mark.parametrize("damage", [_flip, _truncate, _extend, Path.unlink])
def test_a_complete_version_that_is_damaged_is_repaired(
    upgrade: Upgrade, damage: Callable[[Path], None]
) -> None:
    """The next start notices, and brings no more than what is wrong."""
    damage(upgrade.volume.path / _MODEL)
    run = upgrade.volume.pull(upgrade.first.version)
    assert (run.code, run.errors) == (0, "")
    assert upgrade.volume.has(upgrade.first.version, FIRST)
    assert {seen.key.rpartition("/")[2] for seen in upgrade.server.seen if seen.range} <= {
        "network.onnx"
    }
    if damage is _flip:
        assert [seen.sent for seen in upgrade.server.seen if seen.range] == [
            upgrade.first.part_bytes
        ]


@pytest.mark.parametrize("damage", [_flip, _truncate, _punch])
def test_a_damaged_file_in_staging_is_repaired(
    upgrade: Upgrade, damage: Callable[[Path], None]
) -> None:
    """What an interrupted run has left is believed only as far as its hashes are right."""
    staged = upgrade.volume.path / ".staging" / upgrade.second.version
    for path, data in SECOND.items():
        (staged / path).parent.mkdir(parents=True, exist_ok=True)
        (staged / path).write_bytes(data)
    damage(staged / _MODEL)
    upgrade.succeeds(upgrade.pull())
    assert upgrade.server.sent < _SIZE


def test_strangers_in_staging_do_not_become_part_of_a_version(upgrade: Upgrade) -> None:
    """Files that the manifest does not list, and directories where it lists files."""
    staged = upgrade.volume.path / ".staging" / upgrade.second.version
    (staged / _MODEL / "a directory").mkdir(parents=True)
    (staged / "stranger").write_bytes(b"stranger")
    (staged / "a23").write_bytes(b"a file")
    upgrade.succeeds(upgrade.pull())


@pytest.fixture
def disk(upgrade: Upgrade) -> Iterator[Upgrade]:
    """Give the upgrade on a disk that has room for both versions and a megabyte."""
    with small_disk(2 * _SIZE + (1 << 20) + _SIZE // 10) as path:
        volume = path / "volume"
        shutil.copytree(upgrade.volume.path, volume, symlinks=True)
        yield replace(upgrade, volume=Volume(volume, upgrade.server))


def test_a_disk_that_is_too_full_is_noticed_before_the_first_byte(disk: Upgrade) -> None:
    """The sentence says how much is missing."""
    ballast = disk.volume.path.parent / "ballast"
    ballast.write_bytes(bytes(_SIZE // 2))
    disk.refused(disk.pull(), ExitCode.DISK, "MB")
    assert not [seen for seen in disk.server.seen if seen.range]
    ballast.unlink()
    disk.recovers()


def test_a_disk_that_fills_up_in_the_middle_ends_the_pull(disk: Upgrade) -> None:
    """Somebody else writes to it; once there is room again, the pull goes on where it was."""
    ballast = disk.volume.path.parent / "ballast"

    def fill() -> None:
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:  # until there is no space left
                file.write(bytes(4096))

    disk.server.faults.plan(Run(fill), key=_MODEL, skip=40)
    disk.refused(disk.pull(), ExitCode.DISK, "No space left on device")
    ballast.unlink()
    before = disk.server.sent
    disk.recovers()
    assert disk.server.sent - before < _SIZE


def test_a_limit_on_file_sizes_ends_the_pull(upgrade: Upgrade) -> None:
    """What the disk refuses to take need not be its end."""
    limit = len(SECOND[_MODEL]) // 2
    command = (
        f"import resource, sys, os; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "os.execv(sys.executable, [sys.executable, '-m', 'model_store', *sys.argv[1:]])"
    )
    run = upgrade.pull(program=("-c", command))
    upgrade.refused(run, ExitCode.DISK, "File too large")
    upgrade.recovers()


def test_a_destination_that_is_no_directory_is_named(upgrade: Upgrade, tmp_path: Path) -> None:
    """A file where the volume should be."""
    file = tmp_path / "file"
    file.write_bytes(b"")
    volume = Volume(file, upgrade.server)
    upgrade.refused(volume.pull(upgrade.second.version), ExitCode.DISK, str(file))
