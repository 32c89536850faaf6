"""The prompt for the language model, and the parsing of its response.

A transcript is untrusted input, and may hold instructions to the model. It is therefore fenced by a
random mark that its author cannot know, the system prompt calls it material and no instruction, and
of the response only a number and a text for people are taken.
"""

import json
import secrets
from pathlib import Path
from typing import Any

SYSTEM = (Path(__file__).parent / "prompt.txt").read_text()

_LONGEST_REASONING = 1000
_FENCE = "```"


class UnreadableAnswer(Exception):  # noqa: N818 - the state machine knows the failure by this name
    """The model's response does not have the form that was asked for."""


def question(transcript: str) -> str:
    """Return the user message, the transcript between two random marks."""
    mark = secrets.token_hex(8)
    return (
        f"Judge the transcript between the marks {mark}.\n{mark}\n{transcript}\n{mark}\n"
        "Answer with the JSON object alone."
    )


def judgement(answer: str) -> dict[str, Any]:
    """Read the answer strictly: one object, a probability, a reasoning, and nothing else."""
    text = answer.strip()
    if text.startswith(_FENCE) and text.endswith(_FENCE):
        text = text.removeprefix(_FENCE).removeprefix("json").removesuffix(_FENCE)
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    fault = _fault(found)
    if fault:
        message = f"The model's answer {fault}."
        raise UnreadableAnswer(message)
    return {
        "scam_probability": round(float(found["scam_probability"]), 3),
        "reasoning": found["reasoning"].strip()[:_LONGEST_REASONING],
    }


def _fault(found: object) -> str | None:
    """Return what is wrong with a response."""
    match found:
        case {"scam_probability": bool()}:
            return "gives a probability that is no number"
        case {
            "scam_probability": int() | float() as probability,
            "reasoning": str() as reasoning,
            **more,
        }:
            if more:
                return "has more than the two fields asked for"
            if not 0 <= probability <= 1:
                return "gives a probability outside 0 to 1"
            return None if reasoning.strip() else "gives no reasoning"
    return "is no JSON object of a probability and a reasoning"
