"""When a checkpoint is used, and when it is thrown away."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rehearsal.cloud.emulator import Emulator, EmulatorError
from rehearsal.cloud.images import PinnedImage
from rehearsal.command import checkpoints
from rehearsal.command.assembly import StackArtifact
from rehearsal.command.checkpoints import (
    CheckpointError,
    Checkpoints,
    Key,
    key_of_foundations,
    key_of_stacks,
)
from rehearsal.command.progress import CommandProgress

_KEY = Key(name="Top", made_by="these tools", content="this assembly")
_DATA = StackArtifact(name="TopData", region="r", relies_on=(), template={"Resources": {}})
_TOP = replace(_DATA, name="Top", relies_on=("TopData",))
_IMAGE = PinnedImage("app", "sha256:1")


@dataclass(frozen=True, kw_only=True)
class _SavedText(Emulator):
    """An emulator whose state is one file."""

    port: int = 0

    def save(self, directory: Path) -> None:
        directory.mkdir()
        (directory / "state").write_text((self.directory / "state").read_text())

    def restore(self, directory: Path) -> None:
        text = (directory / "state").read_text()
        if text == "of no use":
            message = "the port is taken"
            raise EmulatorError(message)
        (self.directory / "state").write_text(text)


@pytest.fixture
def kept(tmp_path: Path) -> Checkpoints:
    return Checkpoints(tmp_path / "kept", CommandProgress())


def _emulator(directory: Path, text: str) -> _SavedText:
    directory.mkdir(exist_ok=True)
    (directory / "state").write_text(text)
    (directory / "seed").write_text("12")
    return _SavedText(directory=directory)


def _save(kept: Checkpoints, directory: Path, key: Key = _KEY, text: str = "deployed") -> Path:
    cloud = _emulator(directory / "old", text)
    kept.save(key, cloud, [cloud.directory / "seed"])
    return directory / "kept" / key.folder


def test_what_was_saved_comes_back_with_its_files(kept: Checkpoints, tmp_path: Path) -> None:
    """A new emulator runs what the old one ran; the seed is the old one's."""
    _save(kept, tmp_path)
    new = _emulator(tmp_path / "new", "empty")
    (new.directory / "seed").write_text("34")

    assert kept.restore(_KEY, new)

    assert (new.directory / "state").read_text() == "deployed"
    assert (new.directory / "seed").read_text() == "12"


@pytest.mark.parametrize("field", ["name", "made_by", "content"])
def test_another_key_is_another_checkpoint(kept: Checkpoints, tmp_path: Path, field: str) -> None:
    """Another stack, other tools or another assembly do not get this one."""
    _save(kept, tmp_path)
    other = replace(_KEY, **{field: "another"})

    assert not kept.restore(other, _emulator(tmp_path / "new", "empty"))


def _cut(folder: Path) -> None:
    (folder / "state").write_text("deplo")


def _lose(folder: Path) -> None:
    (folder / "state").unlink()


def _forget(folder: Path) -> None:
    (folder / "checkpoint.json").unlink()


@pytest.mark.parametrize("damage", [_cut, _lose, _forget])
def test_a_damaged_checkpoint_is_thrown_away(
    kept: Checkpoints, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """A file that is cut off, or gone, is noticed before anything is restored."""
    folder = _save(kept, tmp_path)
    damage(folder)
    new = _emulator(tmp_path / "new", "empty")

    with pytest.raises(CheckpointError, match=f"{folder.name} is thrown away: it is damaged"):
        kept.restore(_KEY, new)

    assert not folder.exists()
    assert (new.directory / "state").read_text() == "empty"


def test_one_that_cannot_be_restored_is_thrown_away(kept: Checkpoints, tmp_path: Path) -> None:
    """The reason of the emulator is said; the next time there is no checkpoint."""
    folder = _save(kept, tmp_path, text="of no use")
    new = _emulator(tmp_path / "new", "empty")

    with pytest.raises(CheckpointError, match="the port is taken"):
        kept.restore(_KEY, new)

    assert not folder.exists()
    assert not kept.restore(_KEY, new)


def test_what_other_tools_made_is_thrown_away(
    kept: Checkpoints, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would never fit again; one sentence says why."""
    old = _save(kept, tmp_path)
    new = _save(kept, tmp_path, replace(_KEY, made_by="other tools"))

    kept.remove_outdated("other tools")

    assert (old.exists(), new.exists()) == (False, True)
    said = capsys.readouterr().out.replace("\n", " ")
    assert f"thrown away: checkpoints {old.name}, since the tools" in said


def test_those_used_last_are_kept(
    kept: Checkpoints, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restoring one makes it the youngest."""
    monkeypatch.setattr(checkpoints, "_MOST", 2)
    keys = [replace(_KEY, content=text) for text in ("first", "second", "third")]
    for day, key in enumerate(keys[:2]):
        os.utime(_save(kept, tmp_path, key), (day, day))
    kept.restore(keys[0], _emulator(tmp_path / "new", "empty"))

    folders = [tmp_path / "kept" / key.folder for key in keys]
    _save(kept, tmp_path, keys[2])

    assert [folder.exists() for folder in folders] == [True, False, True]


def test_foundations_are_keyed_by_regions_registries_and_images() -> None:
    """What the stacks hold does not matter before they are deployed; where they go does."""
    key = key_of_foundations("tools", [_TOP], [_DATA], [_IMAGE])
    changed = replace(_TOP, template={"Resources": {"A": {}}})

    assert key_of_foundations("tools", [changed], [_DATA], [_IMAGE]) == key
    for other in (
        key_of_foundations("tools", [replace(_TOP, region="s")], [_DATA], [_IMAGE]),
        key_of_foundations("tools", [_TOP], [changed], [_IMAGE]),
        key_of_foundations("tools", [_TOP], [_DATA], []),
    ):
        assert other != key


def test_another_kubernetes_is_another_checkpoint() -> None:
    """What an older control plane has made is not brought back under a newer one."""
    foundations = key_of_foundations("tools", [_TOP], [], [])
    older, newer = (
        replace(
            _TOP,
            template={
                "Resources": {
                    "C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}}
                }
            },
        )
        for version in ("1.35", "1.36")
    )

    assert key_of_stacks(foundations, [older]) != key_of_stacks(foundations, [newer])


def test_a_deploy_is_keyed_by_all_that_it_relies_on() -> None:
    """A change of a lower stack, or of the foundations, leads to another checkpoint."""
    foundations = key_of_foundations("tools", [_TOP], [], [])
    key = key_of_stacks(foundations, [_DATA, _TOP])
    changed = replace(_DATA, template={"Resources": {"A": {}}})

    assert key.name == "Top"
    assert key_of_stacks(foundations, [changed, _TOP]) != key
    assert key_of_stacks(replace(foundations, content="other"), [_DATA, _TOP]) != key
