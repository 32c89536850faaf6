"""The steps of a run, by the nodes of its Workflow."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from music_api.messages import UNEXPLAINED, sentence_of
from music_api.models import Step, StepState
from music_api.steps import COMPOSE, LISTEN, Findings, all_steps

_STATES = {
    "Running": StepState.RUNNING,
    "Succeeded": StepState.SUCCEEDED,
    "Failed": StepState.FAILED,
    "Error": StepState.FAILED,
}
"""All others wait: for a machine, for another step, or for ever."""

_ITEM = re.compile(r"compose(?:-|\(\d+:(?:\w+:)?)([1-4])\b")
"""How Argo calls what it makes of a list: the name, then (index:item) or (index:key:item)."""


def key_of(template: str, display_name: str) -> tuple[str, int | None] | None:
    """Return the step that a node belongs to, by the names that it carries."""
    if found := _ITEM.search(display_name):
        return COMPOSE, int(found[1])
    if template == LISTEN or display_name.partition("(")[0] == LISTEN:
        return LISTEN, None
    return None


def steps_of(nodes: Sequence[Mapping[str, Any]], findings: Findings) -> list[Step]:
    """Return the steps as the Workflow knows them, with reasons from the bucket."""
    steps = all_steps()
    for step in steps:
        tries = [node for node in nodes if _key(node) == (step.name, step.result)]
        if tries:
            _fill(step, tries, findings)
    return steps


def _fill(step: Step, tries: Sequence[Mapping[str, Any]], findings: Findings) -> None:
    """Take the state from the node that stands for all tries, if a step is tried again."""
    pods = sorted(
        (node for node in tries if node.get("type") == "Pod"), key=lambda pod: _begun(pod) or ""
    )
    whole = next((node for node in tries if node.get("type") == "Retry"), tries[-1])
    last = pods[-1] if pods else whole
    step.state = _STATES.get(whole.get("phase", ""), StepState.WAITING)
    # Between two tries, and while the pod has no machine, nothing runs.
    if step.state is StepState.RUNNING and last.get("phase") == "Pending" and len(pods) == 1:
        step.state = StepState.WAITING
    if step.state is not StepState.WAITING:
        step.started = _time(_begun(pods[0]) if pods else _begun(whole))
    if step.state in (StepState.SUCCEEDED, StepState.FAILED):
        step.ended = _time(whole.get("finishedAt"))
    if step.state is StepState.FAILED:
        failure = findings.failure(step) or {}
        step.reason = failure.get("reason") or _explain(pods, whole)


def _explain(pods: Sequence[Mapping[str, Any]], whole: Mapping[str, Any]) -> str:
    sentences = (sentence_of(node.get("message") or "") for node in (*reversed(pods), whole))
    return next((one for one in sentences if one != UNEXPLAINED), UNEXPLAINED)


def _key(node: Mapping[str, Any]) -> tuple[str, int | None] | None:
    if node.get("type") not in ("Pod", "Retry", "Skipped"):
        return None
    template = node.get("templateName") or ""
    if template == COMPOSE:
        for parameter in (node.get("inputs") or {}).get("parameters") or ():
            if parameter.get("name") == "n" and str(parameter.get("value")).isdecimal():
                return COMPOSE, int(parameter["value"])
    return key_of(template, node.get("displayName") or "")


def _begun(node: Mapping[str, Any]) -> str | None:
    return node.get("startedAt")


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
