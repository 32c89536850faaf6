"""The files of a directory that make up a version of the models, and those that do not."""

import os
import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from model_store.external_data import external_data
from model_store.failure import ExitCode, Failure
from model_store.model_json import MODEL_JSON, ModelJson

_ENGINE_SUFFIX = ".trt"
_ONNX = "network.onnx"
_BUILT_FROM = (_ONNX, "trt_info.json")
"""What a pod builds an engine from; no model.json names them."""


@dataclass(frozen=True, kw_only=True)
class LocalFile:
    """A file as it is now: its path below the models' directory, its size, when it was written."""

    path: str
    size: int
    modified_ns: int
    inode: int


@dataclass(frozen=True, kw_only=True)
class ModelTree:
    """What of a directory is published, and what is left out: it belongs to one machine."""

    directory: Path
    files: tuple[LocalFile, ...]
    left_out: tuple[str, ...]

    def changed(self) -> str | None:
        """Return the path of a file that is no longer what it was, if there is one."""
        for file in self.files:
            if _look(self.directory, file.path) != file:
                return file.path
        return None


def read_tree(directory: Path) -> ModelTree:
    """List a directory of models; raise `Failure` if one of them would not load in a pod."""
    if not directory.is_dir():
        raise Failure(ExitCode.NOT_FOUND, f"there is no directory {directory}")
    if (directory / MODEL_JSON).exists():
        sentence = f"{directory} is itself a model: name the directory that holds it"
        raise Failure(ExitCode.ARGUMENTS, sentence)
    left_out: list[str] = []
    files = {file.path: file for file in _walk(directory, PurePosixPath(), left_out)}
    models = {
        name: ModelJson.read(directory / name / MODEL_JSON)
        for name in sorted({path.partition("/")[0] for path in files})
        if f"{name}/{MODEL_JSON}" in files
    }
    if not models:
        sentence = f"there is no model in {directory}: a model is a directory with a {MODEL_JSON}"
        raise Failure(ExitCode.NOT_FOUND, sentence)
    for name, model in models.items():
        engine = posixpath.normpath(f"{name}/{model.engine}")
        if files.pop(engine, None):
            left_out.append(engine)
        _check(directory / name, model, files)
    return ModelTree(
        directory=directory, files=tuple(files.values()), left_out=tuple(sorted(left_out))
    )


def _walk(directory: Path, below: PurePosixPath, left_out: list[str]) -> Iterator[LocalFile]:
    for entry in sorted((directory / below).iterdir()):
        path = str(below / entry.name)
        if entry.name.startswith(".") or entry.suffix == _ENGINE_SUFFIX:
            left_out.append(path)
        elif entry.is_dir() and not entry.is_symlink():
            yield from _walk(directory, below / entry.name, left_out)
        elif file := _look(directory, path):
            yield file
        else:
            leads = f"a link to {entry.readlink()}" if entry.is_symlink() else "no file"
            sentence = (
                f"{entry} is {leads}: only files, and links to files inside {directory}, "
                "can be published, so put a copy there"
            )
            raise Failure(ExitCode.ARGUMENTS, sentence)


def _look(directory: Path, path: str) -> LocalFile | None:
    """Return the file as it is now; None for anything but a file inside the directory."""
    target = Path(os.path.realpath(directory / path))
    if not target.is_relative_to(os.path.realpath(directory)) or not target.is_file():
        return None
    status = target.stat()
    return LocalFile(
        path=path, size=status.st_size, modified_ns=status.st_mtime_ns, inode=status.st_ino
    )


def _check(model_directory: Path, model: ModelJson, files: Collection[str]) -> None:
    """Raise `Failure` if a file is not there that a pod needs of this model."""
    needed = dict.fromkeys(_BUILT_FROM, "its engine is built from it")
    needed |= dict.fromkeys(model.files, f"its {MODEL_JSON} names it")
    _require(needed, model_directory, files)
    weights = external_data(model_directory / _ONNX)
    _require(dict.fromkeys(weights, f"its {_ONNX} has weights in it"), model_directory, files)


def _require(needed: Mapping[str, str], model_directory: Path, files: Collection[str]) -> None:
    for file, reason in needed.items():
        if posixpath.normpath(f"{model_directory.name}/{file}") not in files:
            raise Failure(ExitCode.NOT_FOUND, f"{model_directory} has no {file}, but {reason}")
