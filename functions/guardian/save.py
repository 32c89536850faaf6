"""Saves the result of an analysis, unless a newer upload owns the row.

Every error is raised: the state machine retries, then the execution fails and is alarmed.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from .database import application
from .runtime import log
from .score import SCORES, ScoreRules, part

# Idempotent: a retry writes the same values.
_SAVE = """
UPDATE analysis_results SET
    status = :status, reason = :reason,
    audio = CAST(:audio AS jsonb), video = CAST(:video AS jsonb),
    context = CAST(:context AS jsonb),
    final_score = :final_score, band = :band,
    updated_at = now()
WHERE video_id = :video_id AND execution = :execution
RETURNING video_id
"""
_OWNER = "SELECT execution FROM analysis_results WHERE video_id = :video_id"


class RowMissing(Exception):  # noqa: N818 - the state machine knows the failure by this name
    """There is no row to save to, though the analysis began with one."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Store parts and score, and return what was stored."""
    found = {name: part(name, event[name]) for name in SCORES}
    rules = ScoreRules(**json.loads(os.environ["SCORING"]))
    score = rules.final(found)
    result = {
        "status": "failed" if score is None else "completed",
        "reason": "No part could be judged." if score is None else None,
        "final_score": score,
        "band": None if score is None else rules.band(score, found),
    }
    video_id, execution = event["video_id"], event["execution"]
    owner = _save(video_id, execution, {**result, **_as_json(found)})
    decision = "Saved" if owner == execution else "Superseded"
    log(decision, video_id=video_id, execution=execution, owner=owner, **result)
    return {"decision": decision, "video_id": video_id, **result}


def _save(video_id: str, execution: str, columns: Mapping[str, Any]) -> str:
    """Write to the row of this execution; return the execution that owns it."""
    with application() as database:
        if database.run(_SAVE, video_id=video_id, execution=execution, **columns):
            return execution
        owners = database.run(_OWNER, video_id=video_id)
    if not owners:
        message = f"There is no row of video {video_id}."
        raise RowMissing(message)
    return str(owners[0][0])


def _as_json(found: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {name: json.dumps(answer, ensure_ascii=False) for name, answer in found.items()}
