"""Why steps failed: by their own documents, and by what Argo says of its nodes."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from music_api.messages import UNEXPLAINED, is_stop, sentence_of
from music_api.models import Step
from music_api.nodes import key_of
from music_api.steps import Findings, all_steps

_NOT_DELIVERED = "the step ended well, but what it had to deliver is not there"
_QUOTED = re.compile(
    r"\\(?:(?P<code>x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})|(?P<plain>.))", re.DOTALL
)


def failed_nodes(text: str) -> list[dict[str, Any]]:
    """Read `{{workflow.failures}}`: JSON, quoted once more; of one that was cut, what is whole."""
    text = _unquoted(text.strip())
    return [node for node in _objects(text) if isinstance(node, dict)]


def is_stopped(nodes: list[dict[str, Any]]) -> bool:
    return any(is_stop(_text(node, "message")) for node in nodes)


def failures_of(
    findings: Findings, nodes: list[dict[str, Any]], *, succeeded: bool
) -> list[tuple[Step, str]]:
    """Return the steps that failed, each with its reason.

    A try that failed is among the nodes, also if the next one did it: the bucket decides.
    """
    reasons = _reasons(nodes)
    failures = []
    for step in all_steps():
        if findings.done(step):
            continue
        told = findings.failure(step) or {}
        reason = told.get("reason") or reasons.get((step.name, step.result))
        if reason or succeeded:
            failures.append((step, reason or _NOT_DELIVERED))
    return failures


def _reasons(nodes: list[dict[str, Any]]) -> dict[tuple[str, int | None], str]:
    reasons: dict[tuple[str, int | None], str] = {}
    for node in nodes:
        key = key_of(_text(node, "templateName"), _text(node, "displayName"))
        sentence = sentence_of(_text(node, "message"))
        if key and reasons.get(key, UNEXPLAINED) == UNEXPLAINED:
            reasons[key] = sentence
    return reasons


def _unquoted(text: str) -> str:
    """Undo Go's quotes, which for some characters are not JSON's; the last may be missing."""
    return _QUOTED.sub(_character, text.removeprefix('"')) if text.startswith('"') else text


def _character(found: re.Match[str]) -> str:
    code, plain = found["code"], found["plain"]
    return chr(min(int(code[1:], 16), sys.maxunicode)) if code else plain


def _objects(text: str) -> Iterator[Any]:
    decoder, place = json.JSONDecoder(strict=False), text.find("{")
    while place >= 0:
        try:
            found, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield found
        place = text.find("{", place)


def _text(node: Mapping[str, Any], name: str) -> str:
    return str(node.get(name) or "")
