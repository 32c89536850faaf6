"""segments.json: what is taken, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from composer.timeline import Emotion, Timeline
from containers.composer.tests.inputs import timeline
from step.ending import WrongSetup


def _read(folder: Path, found: Any) -> Timeline:
    path = folder / "segments.json"
    path.write_text(json.dumps(found))
    return Timeline.read(path)


def test_segments_are_read_as_the_listener_writes_them(tmp_path: Path) -> None:
    """Its text is of no use here."""
    found = _read(tmp_path, timeline([(12.5, "joy"), (7, "neutral")]))

    assert found.seconds == 19.5
    assert [(one.start, one.end, one.emotion) for one in found.segments] == [
        (0, 12.5, Emotion.JOY),
        (12.5, 19.5, Emotion.NEUTRAL),
    ]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"seconds": 5}, "'segments' is missing"),
        (timeline([(5, "boredom")]), "'boredom' is not a valid Emotion"),
        (timeline([]), "the segments end at 0 s, the sound at 0 s"),
        (timeline([(5, "joy")]) | {"seconds": 6}, "the segments end at 5 s, the sound at 6 s"),
        (timeline([(0, "joy")]), "a segment from 0 to 0 s follows 0 s"),
        ({"seconds": 5, "segments": [{"start": 1, "end": 5, "emotion": "joy"}]}, "from 1 to 5 s"),
        ([], "indices must be integers"),
    ],
    ids=["incomplete", "unknown", "none", "short", "empty", "gap", "a list"],
)
def test_what_the_listener_never_writes_is_refused(tmp_path: Path, found: Any, said: str) -> None:
    """With what is wrong about it, in one sentence."""
    with pytest.raises(WrongSetup) as raised:
        _read(tmp_path, found)

    assert said in str(raised.value)
    assert "segments.json" in str(raised.value)
