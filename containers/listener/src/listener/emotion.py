"""The emotion in a sentence, by a classifier of seven."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from listener.segments import EMOTIONS
from step.failure import WrongSetup

_MOST_TOKENS = 512


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """A network, what makes numbers of words for it, and the names of what it answers."""

    session: Any
    """Of onnxruntime, which ships no types."""

    tokenizer: Tokenizer
    names: tuple[str, ...]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load a classifier; raise `WrongSetup` if it knows other emotions than we do."""
        config = json.loads((folder / "config.json").read_text())
        labels = config["id2label"]
        names = tuple(labels[str(at)] for at in range(len(labels)))
        if set(names) != set(EMOTIONS):
            sentence = (
                f"{folder} tells {', '.join(names)} apart: it has to be {', '.join(EMOTIONS)}"
            )
            raise WrongSetup(sentence)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(_MOST_TOKENS)
        tokenizer.enable_padding(pad_id=config["pad_token_id"])
        session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), providers=["CPUExecutionProvider"]
        )
        return cls(session=session, tokenizer=tokenizer, names=names)

    def emotions(self, texts: Sequence[str]) -> list[str]:
        """Return the likeliest emotion of each text."""
        encoded = self.tokenizer.encode_batch(list(texts))
        given = {
            "input_ids": np.array([one.ids for one in encoded], np.int64),
            "attention_mask": np.array([one.attention_mask for one in encoded], np.int64),
        }
        (logits,) = self.session.run(["logits"], given)
        return [self.names[at] for at in np.argmax(logits, axis=1)]
