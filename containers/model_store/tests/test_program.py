"""The program hands itself on to a container whose image does not have it."""

import zipfile
from pathlib import Path

import pytest

from model_store.failure import ExitCode, Failure
from model_store.pull import PROGRAM_VARIABLE, copy_program


@pytest.fixture
def zipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a single-file program, of which this process pretends to run."""
    path = tmp_path / "model-store"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__main__.py", "")
    monkeypatch.setenv(PROGRAM_VARIABLE, str(path))
    return path


def test_the_program_hands_itself_on(zipped: Path, tmp_path: Path) -> None:
    """Another container starts it, where an older one may lie."""
    target = tmp_path / "tools" / "model-store"
    target.parent.mkdir()
    target.write_text("older")
    copy_program(target)
    assert target.read_bytes() == zipped.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in target.parent.iterdir()] == ["model-store"]


def test_only_the_single_file_is_handed_on(zipped: Path, tmp_path: Path) -> None:
    """A module of it would not run alone."""
    zipped.write_text("no zip")
    with pytest.raises(Failure, match=f"{zipped} is not the single file") as failure:
        copy_program(tmp_path / "copy")
    assert failure.value.code is ExitCode.ARGUMENTS
    assert not (tmp_path / "copy").exists()
