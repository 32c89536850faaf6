"""What is where on a volume, and who may work on it."""

import subprocess
import threading
from pathlib import Path

import pytest

from containers.model_store.tests.versions import listed, used
from model_store import files
from model_store.failure import ExitCode, Failure
from model_store.volume import ModelVolume, prepare_staging


@pytest.fixture
def volume(tmp_path: Path) -> ModelVolume:
    root = tmp_path / "volume"
    root.mkdir()
    return ModelVolume(root)


def test_every_name_of_the_version_leads_to_its_files(volume: ModelVolume) -> None:
    """Directories as well as single files."""
    manifest = used(volume, "a23/model.json", "a23/skin/a.npz", "README")
    assert (volume.root / "a23/model.json").read_text() == "a23/model.json"
    assert (volume.root / "a23/skin/a.npz").read_text() == "a23/skin/a.npz"
    assert (volume.root / "README").read_text() == "README"
    assert volume.current == manifest.version
    assert volume.manifest(manifest.version) == manifest


def test_links_hold_wherever_the_volume_is_mounted(volume: ModelVolume, tmp_path: Path) -> None:
    """The server's container may see it in another place."""
    used(volume, "a23/model.json")
    volume.root.rename(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere/a23/model.json").read_text() == "a23/model.json"


def test_names_that_the_next_version_lacks_disappear(volume: ModelVolume) -> None:
    """What others have put there does not."""
    used(volume, "a23/a", "old/a")
    (volume.root / "own").write_text("own")
    (volume.root / "link").symlink_to("own")
    used(volume, "a23/b", "new/b")
    assert {path.name for path in volume.root.iterdir() if path.name[0] != "."} == {
        *("current", "a23", "new", "own", "link")
    }


def test_something_else_in_the_place_of_a_link_is_not_touched(volume: ModelVolume) -> None:
    """Models that were copied by hand, say; the sentence names them."""
    (volume.root / "a23").mkdir()
    with pytest.raises(Failure, match="a23 was not made by model-store") as failure:
        volume.check_names(listed(volume, "a23/a"))
    assert failure.value.code is ExitCode.DISK


def test_the_version_before_is_remembered(volume: ModelVolume) -> None:
    """Also when the use of a version is said twice."""
    first, second = (used(volume, path) for path in ("a/1", "a/2"))
    volume.use(second)
    assert (volume.current, volume.previous) == (second.version, first.version)
    volume.use(first)
    assert (volume.current, volume.previous) == (first.version, second.version)


def test_a_manifest_that_is_not_right_is_none(volume: ModelVolume) -> None:
    """It is asked for again where it came from."""
    version = used(volume, "a/1").version
    path = volume.versions / version / "manifest.json"
    path.write_text(path.read_text().replace("a/1", "a/2"))
    assert volume.manifest(version) is None


def test_a_volume_that_is_not_mounted_is_a_failure(tmp_path: Path) -> None:
    """Gigabytes would go to the container's own disk."""
    with pytest.raises(Failure, match=r"there is no directory .*/absent: mount") as failure:
        ModelVolume(tmp_path / "absent")
    assert failure.value.code is ExitCode.DISK


def test_a_volume_that_cannot_be_written_is_a_failure(volume: ModelVolume) -> None:
    """The lock is the first thing that is written."""
    (volume.root / ".lock").mkdir()
    with pytest.raises(Failure, match=f"cannot write to {volume.root}: Is a directory") as failure:
        volume.locked().__enter__()
    assert failure.value.code is ExitCode.DISK


def test_only_one_works_on_a_volume(
    volume: ModelVolume, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other says that it waits, and goes on when the first is done."""
    monkeypatch.setattr(files, "_SECONDS_BEFORE_NOTICE", 0.2)
    order = []

    def work() -> None:
        with volume.locked():
            order.append("second")

    with volume.locked():
        second = threading.Thread(target=work)
        second.start()
        second.join(0.5)
        order.append("first")
    second.join(10)
    assert order == ["first", "second"]
    assert capsys.readouterr().out == (
        f"another model-store works on {volume.root}: waiting until it is done\n"
    )


def test_who_inherits_the_lock_holds_it(volume: ModelVolume) -> None:
    """A process that outlives its job may still be writing."""
    with volume.locked() as descriptor:
        heir = subprocess.Popen(["sleep", "60"], pass_fds=[descriptor])
    free = ["flock", "-n", str(volume.root / ".lock"), "true"]
    assert subprocess.run(free, check=False).returncode != 0
    heir.kill()
    heir.wait()
    assert subprocess.run(free, check=False).returncode == 0


def test_a_half_written_file_keeps_what_it_has(volume: ModelVolume) -> None:
    """What is right of it is not fetched again."""
    manifest = listed(volume, "a/model")
    staged = volume.staging / manifest.version
    (staged / "a").mkdir(parents=True)
    (staged / "a/model").write_text("a/")
    prepare_staging(staged, manifest)
    assert (staged / "a/model").read_bytes() == b"a/\0\0\0\0\0"


def test_what_is_not_of_the_version_does_not_stay_in_it(
    volume: ModelVolume, tmp_path: Path
) -> None:
    """Least of all links, which would lead out of it what is written."""
    manifest = listed(volume, "a/model", "b/c/model")
    staged = volume.staging / manifest.version
    outside = tmp_path / "outside"
    outside.mkdir()
    (staged / "a/model").mkdir(parents=True)
    (staged / "a/stranger").write_text("stranger")
    (staged / "b").symlink_to(outside)
    prepare_staging(staged, manifest)
    files = {path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file()}
    assert files == {"a/model", "b/c/model"}
    assert not list(outside.iterdir())
