"""Bands of risk meet without a gap, and weights stay those of the settings."""

import pytest

from functions.guardian.score import ScoreRules

WEIGHTS = {"audio": 0.3, "video": 0.3, "context": 0.4}
SCORING = ScoreRules(weights=WEIGHTS, low=30, medium=60)


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, "low"), (30, "low"), (31, "medium"), (60, "medium"), (61, "high"), (100, "high")],
)
def test_each_score_has_its_band(score: int, band: str) -> None:
    """0 to 30, 31 to 60, 61 to 100."""
    assert SCORING.band(score) == band


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
