"""The files of the models: which there must be below `MODELS`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from step.failure import WrongSetup

VARIABLE = "MODELS"

_WHISPER = (
    *("config.json", "model.bin", "preprocessor_config.json", "tokenizer.json"),
    "vocabulary.json",
)
_EMOTION = ("config.json", "model.onnx", "tokenizer.json")
_SPLEETER = ("accompaniment.onnx", "vocals.onnx")


@dataclass(frozen=True, kw_only=True)
class ModelFiles:
    """A directory for each model."""

    whisper: Path
    emotion: Path
    spleeter: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Find the files where the environment says; raise `WrongSetup` if one is missing.

        The libraries would download some, or end the process without a word.
        """
        root = environment.get(VARIABLE)
        if not root:
            sentence = f"{VARIABLE} is not set: it has to name the directory of the models"
            raise WrongSetup(sentence)
        models = cls(
            whisper=Path(root, "whisper"),
            emotion=Path(root, "emotion"),
            spleeter=Path(root, "spleeter"),
        )
        wanted = {models.whisper: _WHISPER, models.emotion: _EMOTION, models.spleeter: _SPLEETER}
        for folder, names in wanted.items():
            for name in names:
                if not (folder / name).is_file():
                    sentence = f"{VARIABLE} is {root!r}: there is no {folder / name}"
                    raise WrongSetup(sentence)
        return models
