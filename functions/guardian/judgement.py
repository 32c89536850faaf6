"""The prompt for the language model, and the parsing of its response.

A transcript is untrusted input, and may hold instructions to the model. It is therefore fenced by a
random mark that its author cannot know, the system prompt calls it material and no instruction, and
of the response only a number and a text for people are taken.
"""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SYSTEM = (Path(__file__).parent / "prompt.txt").read_text()

_LONGEST_REASONING = 1000


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
    """Read the one object in the answer strictly: a probability, a reasoning, and nothing else.

    What stands around it is left alone: models like to explain, and to fence code.
    """
    objects = list(_objects(answer))
    found = objects[0] if objects else {}
    fault = "has several JSON objects" if len(objects) > 1 else _fault(found)
    if fault:
        raise _unreadable(fault)
    return {
        "scam_probability": round(float(found["scam_probability"]), 3),
        "reasoning": found["reasoning"].strip()[:_LONGEST_REASONING],
    }


def _fault(found: object) -> str | None:
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
            if not reasoning.strip():
                return "gives no reasoning"
            return None if _can_be_stored(reasoning) else "gives a reasoning that is no text"
    return "is no JSON object of a probability and a reasoning"


def _can_be_stored(text: str) -> bool:
    """Say whether PostgreSQL takes a text: neither half a character nor NUL."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield each JSON object of a text; other braces are left out with all that is in them.

    So nothing is taken from the middle of an object that ended too early, or is no JSON.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_distinct)
    end = 0
    while (begin := text.find("{", end)) >= 0:
        try:
            found, end = decoder.raw_decode(text, begin)
        except (ValueError, RecursionError):
            end = _closing_brace(text, begin)
        else:
            yield found


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; of two fields with one name, neither may win."""
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "has a field twice"
        raise _unreadable(message)
    return found


def _closing_brace(text: str, begin: int) -> int:
    """Return where what the first brace opens has ended; the end of the text if nowhere."""
    depth = 0
    for at in range(begin, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if not depth:
            return at + 1
    return len(text)


def _unreadable(fault: str) -> UnreadableAnswer:
    return UnreadableAnswer(f"The model's answer {fault}.")
