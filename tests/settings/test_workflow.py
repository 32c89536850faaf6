"""A workflow that cannot be right says so in one sentence."""

from dataclasses import replace
from typing import Any

import pytest

from settings.checks import SettingError
from settings.workflow import WORKFLOW


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        (
            "model",
            {"profile": "claude-haiku"},
            (
                "language model profile is 'claude-haiku': name an inference profile, "
                "as global.anthropic.claude-haiku-4-5-20251001-v1:0"
            ),
        ),
        (
            "model",
            {"region": "Seoul"},
            "language model region is 'Seoul': write it as ap-northeast-2",
        ),
        ("model", {"attempts": 0}, "language model attempts is 0: must be above 0"),
        (
            "transcription",
            {"language": "korean"},
            "transcription language is 'korean': write it as ko-KR",
        ),
        ("transcription", {"poll_every": 0}, "transcription poll_every is 0: must be above 0"),
        (
            "transcription",
            {"limit": 5},
            "transcription limit is 5: must not be below poll_every (10)",
        ),
        ("transcription", {"cut": 0}, "transcription cut is 0: must be above 0"),
        (
            "scoring",
            {"audio": 0.0, "video": 0.6},
            "scoring audio is 0.0: each part must count for something",
        ),
        (
            "scoring",
            {"audio": 0.4},
            "scoring weights is (0.4, 0.3, 0.4): together they must be 1",
        ),
        (
            "scoring",
            {"low": 60},
            "scoring bands is (60, 60): must rise, from 0 to below 100",
        ),
        (
            "scoring",
            {"medium": 100},
            "scoring bands is (30, 100): must rise, from 0 to below 100",
        ),
    ],
)
def test_part_that_cannot_be_right_is_refused(
    part: str, change: dict[str, Any], message: str
) -> None:
    """With the field, the value and what would be right."""
    with pytest.raises(SettingError) as refused:
        replace(getattr(WORKFLOW, part), **change)

    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"heartbeat": 3601},
            "workflow heartbeat is 3601: must be above 0 and not above time_limit (3600)",
        ),
        (
            {"time_limit": 345_600},
            "workflow time_limit is 345600: messages are kept for 345600 s",
        ),
        ({"attempts": 0}, "workflow attempts is 0: must be above 0"),
        (
            {"log_days": 8},
            "workflow log_days is 8: CloudWatch Logs keeps for 1, 3, 5, 7, 14, 30 days",
        ),
    ],
)
def test_limit_that_cannot_be_right_is_refused(change: dict[str, Any], message: str) -> None:
    """With the field, the value and what would be right."""
    with pytest.raises(SettingError) as refused:
        replace(WORKFLOW, **change)

    assert str(refused.value) == message


def test_model_is_what_follows_the_geography() -> None:
    """The role names the model in every region that its profile may choose."""
    assert WORKFLOW.model.model == "anthropic.claude-haiku-4-5-20251001-v1:0"
    korean = replace(WORKFLOW.model, profile="apac.anthropic.claude-sonnet-4-20250514-v1:0")
    assert korean.model == "anthropic.claude-sonnet-4-20250514-v1:0"


def test_transcription_is_looked_at_until_its_limit() -> None:
    """Every ten seconds for half an hour."""
    assert WORKFLOW.transcription.polls == 180
