"""Checkpoints: finished rehearsals, kept so that the next one need not deploy again."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rehearsal.cloud.emulator import Emulator, EmulatorError
from rehearsal.cloud.images import PinnedImage
from rehearsal.command.assembly import StackArtifact
from rehearsal.command.progress import CommandProgress
from rehearsal.command.workplace import REPOSITORY
from rehearsal.toolchain import CHARTS, KUBERNETES, PROGRAMS
from rehearsal.toolchain.programs import GoProgram
from rehearsal.toolchain.steps import fingerprint

_MOST = 24
"""Three of each of four systems, twice: 60 to 110 MB each, foundations next to nothing."""
_NEW = ".new-"
_SECONDS_UNTIL_LEFT = 3600
"""After so long nobody is writing a new one any more: its command was killed."""
_NOTE = "checkpoint.json"
_FILES = "files"
_DIGITS = 16
_FOUNDATIONS = "foundations"


class CheckpointError(RuntimeError):
    """A checkpoint cannot be used; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """What a checkpoint is of: equal keys mean that deploying would lead to the same."""

    name: str
    made_by: str
    """Of the programs that make it: tools, emulator, CDK command and the rehearsal itself."""
    content: str
    """Of what was deployed."""

    @property
    def folder(self) -> str:
        return f"{self.name}-{fingerprint([self.made_by, self.content])[:_DIGITS]}"


def key_of_foundations(
    made_by: str,
    stacks: Iterable[StackArtifact],
    registries: Sequence[StackArtifact],
    images: Collection[PinnedImage],
) -> Key:
    """Return the key of what stands before these stacks are deployed."""
    regions = sorted({stack.region for stack in (*stacks, *registries)})
    content = fingerprint([*regions, *_contents(registries), *map(repr, sorted(images))])
    return Key(name=_FOUNDATIONS, made_by=made_by, content=content)


def key_of_stacks(foundations: Key, stacks: Sequence[StackArtifact]) -> Key:
    """Return the key of the last of the stacks, deployed with those that it relies on.

    The templates name each asset by its hash.
    """
    content = fingerprint([foundations.content, *_contents(stacks)])
    return Key(name=stacks[-1].name, made_by=foundations.made_by, content=content)


def _contents(stacks: Iterable[StackArtifact]) -> list[str]:
    return [json.dumps([one.name, one.region, one.template], sort_keys=True) for one in stacks]


def made_by() -> str:
    """Return the fingerprint of what makes a rehearsal, beside what is deployed."""
    command = json.loads((REPOSITORY / "node_modules/aws-cdk/package.json").read_text())
    sources = [
        file
        for room in ("rehearsal", "catalog")
        for file in sorted((REPOSITORY / room).rglob("*"))
        if file.suffix in (".py", ".yaml")
    ]
    return fingerprint(
        [
            *(program.fingerprint for program in (*PROGRAMS, *_on_demand())),
            version("ministack"),
            command["version"],
            *(
                part
                for file in sources
                for part in (str(file.relative_to(REPOSITORY)), file.read_bytes())
            ),
        ]
    )


def _on_demand() -> Iterator[GoProgram]:
    for chart in CHARTS.values():
        yield from chart.programs
    for programs in KUBERNETES.values():
        yield from programs


class Checkpoints:
    """The checkpoints in a directory; several rehearsals may use it at once."""

    def __init__(self, directory: Path, say: CommandProgress) -> None:
        self._directory = directory
        self._say = say

    def restore(self, key: Key, cloud: Emulator) -> bool:
        """Bring back a checkpoint in a new emulator; return if there was one.

        Raises `CheckpointError` for one that is damaged or cannot be restored, after which the
        emulator is of no more use, and the checkpoint is gone.
        """
        folder = self._directory / key.folder
        with self._lock(fcntl.LOCK_SH):
            if not folder.exists():
                return False
            try:
                _verify(folder)
                cloud.restore(folder)
                for file in (folder / _FILES).iterdir():
                    shutil.copy(file, cloud.directory / file.name)
            except (EmulatorError, OSError, ValueError) as error:
                reason = str(error)
            else:
                os.utime(folder)
                return True
        with self._lock(fcntl.LOCK_EX):
            shutil.rmtree(folder, ignore_errors=True)
        message = f"the checkpoint {folder.name} is thrown away: {reason}"
        raise CheckpointError(message)

    def save(self, key: Key, cloud: Emulator, files: Iterable[Path]) -> None:
        """Keep what an emulator runs, with these files of its directory."""
        self._directory.mkdir(parents=True, exist_ok=True)
        if (self._directory / key.folder).exists():
            return
        with tempfile.TemporaryDirectory(dir=self._directory, prefix=_NEW) as place:
            new = Path(place) / key.folder
            try:
                cloud.save(new)
                (new / _FILES).mkdir()
                for file in files:
                    shutil.copy(file, new / _FILES)
                note = {"made_by": key.made_by, "digest": _digest(new)}
                (new / _NOTE).write_text(json.dumps(note))
            except (EmulatorError, OSError) as error:
                self._say(f"no checkpoint was made: {error}")
                return
            with self._lock(fcntl.LOCK_EX):
                if not (self._directory / key.folder).exists():
                    new.rename(self._directory / key.folder)
                self._remove_oldest()

    def remove_outdated(self, made_by: str) -> None:
        """Throw away what other programs have made: it would never fit again."""
        if not self._directory.exists():
            return
        with self._lock(fcntl.LOCK_EX):
            for unfinished in self._directory.glob(f"{_NEW}*"):
                if time.time() - unfinished.stat().st_mtime > _SECONDS_UNTIL_LEFT:
                    shutil.rmtree(unfinished, ignore_errors=True)
            outdated = [one for one in self._kept() if _note_of(one).get("made_by") != made_by]
            for folder in outdated:
                shutil.rmtree(folder, ignore_errors=True)
        if outdated:
            names = ", ".join(folder.name for folder in outdated)
            reason = "the tools, the emulator or the rehearsal are others now"
            self._say(f"thrown away: checkpoints {names}, since {reason}")

    def _remove_oldest(self) -> None:
        for folder in self._kept()[:-_MOST]:
            shutil.rmtree(folder, ignore_errors=True)

    def _kept(self) -> list[Path]:
        """Return the checkpoints, the one first whose last use is longest ago."""
        found = [path for path in self._directory.iterdir() if path.is_dir()]
        whole = [path for path in found if not path.name.startswith(".")]
        return sorted(whole, key=lambda path: path.stat().st_mtime)

    @contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / ".lock").open("a") as file:
            fcntl.flock(file, kind)
            yield


def _verify(folder: Path) -> None:
    if _note_of(folder).get("digest") != _digest(folder):
        message = "it is damaged"
        raise ValueError(message)


def _note_of(folder: Path) -> dict[str, str]:
    try:
        note: dict[str, str] = json.loads((folder / _NOTE).read_text())
    except (OSError, ValueError):
        return {}
    return note


def _digest(folder: Path) -> str:
    """Return a digest of all files, of their names and of what they hold."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        if file.name != _NOTE:
            with file.open("rb") as content:
                held = hashlib.file_digest(content, "sha256").hexdigest()
            digest.update(f"{file.relative_to(folder)} {held}\n".encode())
    return digest.hexdigest()
