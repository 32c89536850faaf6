"""The models, one after the other; each is loaded when it is needed and gone afterwards."""

from dataclasses import dataclass

import numpy as np

from listener.emotion import Classifier
from listener.models import ModelFiles
from listener.segments import Piece
from listener.separation import vocals
from listener.transcription import transcribe


@dataclass(frozen=True, kw_only=True)
class TrainedEars:
    """Spleeter, Whisper and the classifier of emotions."""

    files: ModelFiles

    def vocals(self, sound: bytes) -> bytes:
        return vocals(
            np.frombuffer(sound, np.float32).reshape(-1, 2), self.files.spleeter
        ).tobytes()

    def pieces(self, sound: bytes) -> list[Piece]:
        spoken = transcribe(np.frombuffer(sound, np.float32), self.files.whisper)
        if not spoken:
            return []
        emotions = Classifier.load(self.files.emotion).emotions([one.text for one in spoken])
        return [
            Piece(start=one.start, end=one.end, emotion=emotion, text=one.text)
            for one, emotion in zip(spoken, emotions, strict=True)
        ]
