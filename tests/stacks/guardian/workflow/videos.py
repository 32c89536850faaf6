"""Uploads whose content says what each part makes of them, and what must then stand in the row."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Any
from uuid import UUID

_WEIGHTS = {"audio": Fraction(3, 10), "video": Fraction(3, 10), "context": Fraction(4, 10)}
_MEDIUM = 60
_HALF = Fraction(1, 2)
NO_SPEECH = "NoSpeech"
BROKEN = "Transcribe.Failed"
FAILURES = {
    "audio": "Analysis.NoAudioStream",
    "video": "Analysis.Timeout",
    "context": NO_SPEECH,
}
MISHAPS = ("die", "unavailable", "twice", "keep", "late")
"""What an analyser may do to a message before it deals with it properly: end without a word; say
that it is busy; answer twice; answer and end before it deletes the message; take so long that
another one gets the message too. Two more count on the heartbeat: say no word (silent), and take
long with a sign of life every second (slow)."""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What an analyser makes of a video, after what mishaps."""

    score: Fraction
    error: str | None = None
    mishaps: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Video:
    video_id: UUID
    audio: Analysis
    video: Analysis
    context: Fraction
    context_error: str | None = None
    busy: int = 0
    garbage: int = 0
    content_type: str = "video/mp4"
    filler: str = field(default="")

    @property
    def key(self) -> str:
        return f"uploads/kim/{self.video_id}/call.mp4"

    @property
    def body(self) -> bytes:
        """Its content, which the stand-ins read."""
        content: dict[str, Any] = {
            name: {
                "score": float(analysis.score),
                "error": analysis.error,
                "mishaps": analysis.mishaps,
            }
            for name, analysis in (("audio", self.audio), ("video", self.video))
        }
        if self.context_error != BROKEN:
            content["speech"] = "" if self.context_error else self.speech
        return json.dumps({**content, "filler": self.filler}).encode()

    @property
    def speech(self) -> str:
        return (
            f"This is {self.video_id} {self.filler}, probability {float(self.context)},"
            f" busy {self.busy}, garbage {self.garbage}."
        )

    @property
    def errors(self) -> Mapping[str, str | None]:
        return {
            "audio": self.audio.error,
            "video": self.video.error,
            "context": self.context_error,
        }

    @property
    def final(self) -> Fraction | None:
        """The exact final score, before it is rounded."""
        scores = {
            "audio": self.audio.score,
            "video": self.video.score,
            "context": self.context,
        }
        parts = [name for name, error in self.errors.items() if error is None]
        if not parts:
            return None
        weight = sum((_WEIGHTS[name] for name in parts), Fraction(0))
        found = 100 * sum((_WEIGHTS[name] * scores[name] for name in parts), Fraction(0)) / weight
        alone = sum(100 * scores[name] > _MEDIUM for name in parts) < 2
        return min(found, Fraction(_MEDIUM)) if alone else found

    def faults(self, row: Mapping[str, Any]) -> list[str]:
        """Say in what a row differs from what must stand there."""
        wanted: dict[str, Any] = {"video_id": self.video_id, "s3_key": self.key}
        if self.content_type != "video/mp4":
            wanted |= {"status": "failed", "final_score": None, "audio": None}
            return _differing(wanted, row)
        final = self.final
        wanted["final_score"] = None if final is None else round(final)
        wanted["status"] = "failed" if final is None else "completed"
        found = dict(row)
        for name, error in self.errors.items():
            part = row[name] or {}
            found[name] = (part.get("status"), part.get("error"))
            wanted[name] = ("failed", error) if error else ("success", None)
        return _differing(wanted, found)


def _differing(wanted: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    return [
        f"{row['video_id']}: {name} is {row[name]!r}, not {value!r}"
        for name, value in wanted.items()
        if row[name] != value
    ]


def plain(video_id: UUID) -> Video:
    """Return a video that every part succeeds with at once."""
    return Video(
        video_id=video_id,
        audio=Analysis(score=Fraction("0.2")),
        video=Analysis(score=Fraction("0.4")),
        context=Fraction("0.9"),
    )


def random(dice: Random) -> Video:
    """Return a video with mishaps and failures as they come."""
    while True:
        video = replace(
            plain(UUID(int=dice.getrandbits(128), version=4)),
            audio=_analysis(dice, FAILURES["audio"]),
            video=_analysis(dice, FAILURES["video"]),
            context=Fraction(dice.randint(0, 100), 100),
            context_error=dice.choice([NO_SPEECH, BROKEN]) if dice.random() < 0.1 else None,
            busy=dice.choice([0, 0, 0, 1]),
            garbage=dice.choice([0, 0, 0, 1]),
            content_type="application/pdf" if dice.random() < 0.03 else "video/mp4",
        )
        # A score right between two numbers is rounded by the last bit of a float.
        if video.final is None or video.final % 1 != _HALF:
            return video


def _analysis(dice: Random, error: str) -> Analysis:
    score = Fraction(dice.randint(0, 100), 100)
    fate = dice.random()
    if fate < 0.01:
        # Three messages that each end three analysers would be too many; two are given up.
        return Analysis(score=score, error="Analysis.Abandoned", mishaps=("die",) * 6)
    if fate < 0.03:
        return Analysis(score=score, mishaps=("die",) * 3)
    mishaps = tuple(dice.choices(MISHAPS, k=dice.choice([0, 0, 0, 0, 1, 1, 2])))
    return Analysis(score=score, error=error if dice.random() < 0.1 else None, mishaps=mishaps)
