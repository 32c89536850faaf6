"""Bands of risk meet without a gap, and weights stay those of the settings."""

from typing import Any

import pytest

from functions.guardian.score import SCORES, ScoreRules

WEIGHTS = {"audio": 0.3, "video": 0.3, "context": 0.4}
SCORING = ScoreRules(weights=WEIGHTS, low=30, medium=60)


_MISSING = {"status": "failed", "error": "Analysis.Timeout", "reason": "It took too long."}
_NOT_JUDGED = {"status": "not_judged", "reason": "nobody talks in it"}


def _parts(audio: Any = 0.1, video: Any = 0.1, context: Any = 0.1) -> dict[str, Any]:
    """Return parts by their scores, or as they are."""
    given = {"audio": audio, "video": video, "context": context}
    return {
        name: {"status": "success", SCORES[name]: value} if isinstance(value, float) else value
        for name, value in given.items()
    }


@pytest.mark.parametrize(
    ("parts", "band"),
    [
        (_parts(context=_MISSING), "low, but the talk was not judged"),
        (_parts(audio=_NOT_JUDGED), "low, but the voice was not judged"),
        (
            _parts(audio=_NOT_JUDGED, video=_MISSING),
            "low, but the voice and the picture were not judged",
        ),
        (_parts(0.9, 0.9, _MISSING), "high, but the talk was not judged"),
    ],
)
def test_band_says_what_was_not_judged(parts: dict[str, Any], band: str) -> None:
    """Whether the analyser failed or had nothing to judge."""
    final = SCORING.final(parts)

    assert final is not None
    assert SCORING.band(final, parts) == band


@pytest.mark.parametrize(
    ("parts", "score"),
    [
        (_parts(_NOT_JUDGED, 1.0, _MISSING), 60),
        (_parts(_MISSING, _MISSING, 1.0), 60),
        (_parts(0.5, _NOT_JUDGED, 1.0), 60),
        (_parts(0.6, 0.6, 1.0), 60),
        (_parts(_NOT_JUDGED, 0.7, 1.0), 87),
        (_parts(0.1, 0.7, 1.0), 64),
    ],
)
def test_one_part_alone_never_makes_a_high_risk(parts: dict[str, Any], score: int) -> None:
    """A muted screen recording is one that was judged, and innocent."""
    assert SCORING.final(parts) == score


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, "low"), (30, "low"), (31, "medium"), (60, "medium"), (61, "high"), (100, "high")],
)
def test_each_score_has_its_band(score: int, band: str) -> None:
    """0 to 30, 31 to 60, 61 to 100."""
    assert SCORING.band(score, _parts()) == band


@pytest.mark.parametrize("value", [0.0, 0.37, 1.0])
def test_parts_that_agree_give_their_own_score_whatever_is_missing(value: float) -> None:
    """Sharing out the weights must not move a score."""
    parts = {
        "audio": {"status": "success", "deepfake_probability": value},
        "video": {"status": "success", "manipulation_probability": value},
        "context": {"status": "success", "scam_probability": value},
    }
    for missing in (None, *parts):
        left = {
            name: {"status": "failed"} if name == missing else part for name, part in parts.items()
        }
        assert SCORING.final(left) == round(100 * value)


def test_nothing_gives_no_score() -> None:
    """A middle score would look like a finding."""
    assert SCORING.final({name: {"status": "failed"} for name in WEIGHTS}) is None
