"""What the listener heard: which emotion a video's speech has from when to when."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from step.ending import WrongSetup

NAME = "segments.json"

_NEAR = 0.01
"""Seconds; what is as near as this is the same: the listener rounds."""


class Emotion(StrEnum):
    """The labels of the listener's classifier."""

    ANGER = "anger"
    DISGUST = "disgust"
    SADNESS = "sadness"
    FEAR = "fear"
    JOY = "joy"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A stretch of one emotion."""

    start: float
    end: float
    emotion: Emotion

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """All segments, one after the other without a gap."""

    seconds: float
    segments: tuple[Segment, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read segments.json; raise `WrongSetup` if it is not as the listener writes it."""
        try:
            found = json.loads(path.read_bytes())
            timeline = cls(
                seconds=float(found["seconds"]),
                segments=tuple(_segment(one) for one in found["segments"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            sentence = f"{NAME} is not as the listener writes it: {_said(error)}"
            raise WrongSetup(sentence) from error
        timeline.check()
        return timeline

    def check(self) -> None:
        """Raise `WrongSetup` unless the segments follow each other from 0 to the end."""
        edge = 0.0
        for segment in self.segments:
            if abs(segment.start - edge) > _NEAR or not segment.end > segment.start:
                sentence = (
                    f"{NAME}: a segment from {segment.start:g} to {segment.end:g} s follows"
                    f" {edge:g} s; each begins where the one before it ends, and lasts"
                )
                raise WrongSetup(sentence)
            edge = segment.end
        if not self.segments or abs(edge - self.seconds) > _NEAR:
            sentence = f"{NAME}: the segments end at {edge:g} s, the sound at {self.seconds:g} s"
            raise WrongSetup(sentence)


def _segment(found: dict[str, Any]) -> Segment:
    return Segment(
        start=float(found["start"]), end=float(found["end"]), emotion=Emotion(found["emotion"])
    )


def _said(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
