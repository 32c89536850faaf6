"""The analysis of an upload: how long it may take, who judges what is said, how scores add up."""

import re
from dataclasses import dataclass
from math import isclose

from settings.checks import require

QUEUE_RETENTION_SECONDS = 4 * 24 * 3600
"""How long a message may wait."""
_HIGHEST_SCORE = 100
_LOG_DAYS = (1, 3, 5, 7, 14, 30)
"""Periods that CloudWatch Logs knows."""


@dataclass(frozen=True, kw_only=True)
class LanguageModel:
    """The model on Bedrock that judges what is said in a video."""

    profile: str
    """An inference profile: newer models are offered through profiles only."""
    region: str
    attempts: int
    """How often it is asked again after a failure or an answer out of form."""

    def __post_init__(self) -> None:
        require(
            re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z0-9-]+\.[a-z0-9.:-]+", self.profile),
            "language model profile",
            self.profile,
            "name an inference profile, as global.anthropic.claude-haiku-4-5-20251001-v1:0",
        )
        require(
            re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]", self.region),
            "language model region",
            self.region,
            "write it as ap-northeast-2",
        )
        require(self.attempts > 0, "language model attempts", self.attempts, "must be above 0")

    @property
    def model(self) -> str:
        """The model behind the profile."""
        return self.profile.partition(".")[2]


@dataclass(frozen=True, kw_only=True)
class Transcription:
    """How speech becomes text."""

    language: str
    poll_every: int
    """Seconds between two polls of the job."""
    limit: int
    """Seconds after which the job is given up."""
    cut: int
    """Characters of the transcript that the language model reads."""

    def __post_init__(self) -> None:
        require(
            re.fullmatch(r"[a-z]{2}-[A-Z]{2}", self.language),
            "transcription language",
            self.language,
            "write it as ko-KR",
        )
        require(self.poll_every > 0, "transcription poll_every", self.poll_every, "must be above 0")
        require(
            self.limit >= self.poll_every,
            "transcription limit",
            self.limit,
            f"must not be below poll_every ({self.poll_every})",
        )
        require(self.cut > 0, "transcription cut", self.cut, "must be above 0")

    @property
    def polls(self) -> int:
        """How often the job is polled."""
        return self.limit // self.poll_every


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """How much each part counts, and where the bands of risk end."""

    audio: float
    video: float
    context: float
    low: int
    """The highest final score of low risk."""
    medium: int
    """The highest final score of medium risk."""

    def __post_init__(self) -> None:
        for field in ("audio", "video", "context"):
            weight = getattr(self, field)
            require(weight > 0, f"scoring {field}", weight, "each part must count for something")
        require(
            isclose(self.audio + self.video + self.context, 1),
            "scoring weights",
            (self.audio, self.video, self.context),
            "together they must be 1",
        )
        require(
            0 <= self.low < self.medium < _HIGHEST_SCORE,
            "scoring bands",
            (self.low, self.medium),
            f"must rise, from 0 to below {_HIGHEST_SCORE}",
        )


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """Silver Guardian's analysis workflow."""

    heartbeat: int
    """Seconds from the sending of a message, or from the last sign of life of whoever works on it,
    until a branch is given up. Longer than a message waits while the first node starts."""
    time_limit: int
    """Seconds that one attempt of a branch may take in all."""
    attempts: int
    """How often a branch is tried again after a failure that may pass."""
    busy_attempts: int
    """How often a service with a quota is asked again while it is used up, a minute apart at
    most."""
    transcription: Transcription
    model: LanguageModel
    scoring: Scoring
    log_days: int

    def __post_init__(self) -> None:
        require(
            0 < self.heartbeat <= self.time_limit,
            "workflow heartbeat",
            self.heartbeat,
            f"must be above 0 and not above time_limit ({self.time_limit})",
        )
        require(
            self.time_limit < QUEUE_RETENTION_SECONDS,
            "workflow time_limit",
            self.time_limit,
            f"messages are kept for {QUEUE_RETENTION_SECONDS} s",
        )
        require(self.attempts > 0, "workflow attempts", self.attempts, "must be above 0")
        require(
            self.busy_attempts > 0, "workflow busy_attempts", self.busy_attempts, "must be above 0"
        )
        require(
            self.log_days in _LOG_DAYS,
            "workflow log_days",
            self.log_days,
            f"CloudWatch Logs keeps for {', '.join(map(str, _LOG_DAYS))} days",
        )


WORKFLOW = Workflow(
    heartbeat=1800,
    time_limit=3600,
    attempts=3,
    busy_attempts=20,
    transcription=Transcription(language="ko-KR", poll_every=10, limit=1800, cut=2000),
    model=LanguageModel(
        profile="global.anthropic.claude-haiku-4-5-20251001-v1:0",
        region="ap-northeast-2",
        attempts=2,
    ),
    scoring=Scoring(audio=0.3, video=0.3, context=0.4, low=30, medium=60),
    log_days=7,
)
"""The same in every environment."""
