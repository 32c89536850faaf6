"""What a model.json says: the files that the Audio2Face SDK opens when it loads the model."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from model_store.failure import ExitCode, Failure

MODEL_JSON = "model.json"

_FIELDS = ("Path", "Paths")
_ENGINE = "networkPath"


@dataclass(frozen=True, kw_only=True)
class ModelJson:
    """The engine's name, and the other files; all are relative to the directory of model.json.

    The SDK names every file in a field that ends in Path or Paths: alone, in a list with one for
    each identity, or below skin and tongue (NVIDIA/Audio2Face-3D-SDK, `ModelInfoOwner::Init` and
    `BlendshapeSolveModelInfoOwner::Init`).
    """

    engine: str
    files: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "ModelJson":
        """Read a model.json; raise `Failure` if it is none."""
        try:
            match json.loads(path.read_text(encoding="utf-8")):
                case {"networkPath": str(engine), **others}:
                    _check_engine(path, engine)
                    fields = [others[field] for field in others if str(field).endswith(_FIELDS)]
                    return cls(engine=engine, files=tuple(_texts(fields)))
        except (ValueError, RecursionError) as error:
            raise Failure(ExitCode.DAMAGED, f"{path} is damaged: {error}") from error
        sentence = f"{path} is not a model's: it has no {_ENGINE}, which names the engine"
        raise Failure(ExitCode.DAMAGED, sentence)


def _check_engine(path: Path, engine: str) -> None:
    if PurePosixPath(engine).is_absolute() or ".." in PurePosixPath(engine).parts:
        sentence = f"{path} names the engine {engine!r}: it must lie beside it"
        raise Failure(ExitCode.DAMAGED, sentence)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str(text):
            yield text
        case list(values):
            for element in values:
                yield from _texts(element)
        case dict(fields):
            for element in fields.values():
                yield from _texts(element)
