"""Tokens of tasks: one for each attempt of each branch, answered by those whom IAM lets answer."""

# ruff: noqa: SLF001 - the emulator offers no public joints

import json
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from ministack.core import iam_actions
from ministack.services import stepfunctions

_machine: ContextVar[str] = ContextVar("machine")
_machines: dict[str, str] = {}
"""The state machine of each token; an answer that comes too late is judged too."""


def let_tokens_belong_to_tasks() -> None:
    """Give each attempt of each branch a token of its own; the emulator mixes branches up."""
    execute, apply = stepfunctions._execute_task, stepfunctions._apply_parameters
    invoke = stepfunctions._invoke_with_callback

    def executing(
        state: Mapping[str, Any],
        given: Any,  # noqa: ANN401
        execution: Any,  # noqa: ANN401
        context: Mapping[str, Any],
    ) -> Any:  # noqa: ANN401
        _machine.set(context["StateMachine"]["Id"])
        return execute(state, given, execution, {**context, "State": {**context["State"]}})

    def applying(state: Mapping[str, Any], given: Any, context: dict[str, Any]) -> Any:  # noqa: ANN401
        if state.get("Resource", "").endswith(".waitForTaskToken"):
            context["Task"] = {"Token": str(uuid4())}
        return apply(state, given, context)

    def invoking(resource: str, given: Any, token: str, state: Mapping[str, Any]) -> Any:  # noqa: ANN401
        _machines[token] = _machine.get()
        return invoke(resource, given, token, state)

    stepfunctions._execute_task = executing
    stepfunctions._apply_parameters = applying
    stepfunctions._invoke_with_callback = invoking


def let_tokens_name_their_state_machine() -> None:
    """Let a call that names a token be judged as one that names the token's state machine."""
    resource_of = iam_actions.extract_resource_arn

    def named(
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        *more: Any,  # noqa: ANN401
    ) -> str:
        if service == "states" and (machine := _machines.get(_token_in(body))):
            return machine
        found: str = resource_of(service, method, path, headers, body, *more)
        return found

    iam_actions.extract_resource_arn = named


def _token_in(body: bytes) -> str:
    try:
        return str(json.loads(body).get("taskToken", ""))
    except (ValueError, AttributeError):
        return ""
