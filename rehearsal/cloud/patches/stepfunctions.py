"""Step Functions: task tokens, heartbeats and the calls of Transcribe."""

import json
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar, copy_context
from functools import partial
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError
from ministack.services import stepfunctions

from rehearsal.cloud.clients import own_client
from rehearsal.cloud.patches import ABSENT, Patch, private

_TRANSCRIBE = "arn:aws:states:::aws-sdk:transcribe"
_send_task_failure = private(stepfunctions, "_send_task_failure")
_ExecutionError = private(stepfunctions, "_ExecutionError")
_CAPITAL = re.compile("([A-Z])")

_machine: ContextVar[str] = ContextVar("machine")
_machines: dict[str, str] = {}
"""The state machine of each token; an answer that comes too late is judged too."""
_heartbeats: dict[str, Event] = {}
"""By token: set by the last heartbeat of a task, and by its end."""


def state_machine_of(body: bytes) -> str | None:
    """Return the state machine whose token the body of a request names."""
    try:
        return _machines.get(str(json.loads(body).get("taskToken", "")))
    except (ValueError, AttributeError):
        return None


def patch_task_context(execute: Callable[..., Any]) -> Callable[..., Any]:
    """Give each task a context object of its own; branches of the emulator share one."""

    def executing(
        state: Mapping[str, Any],
        given: Any,  # noqa: ANN401
        execution: Any,  # noqa: ANN401
        context: Mapping[str, Any],
    ) -> Any:  # noqa: ANN401
        _machine.set(context["StateMachine"]["Id"])
        return execute(state, given, execution, {**context, "State": {**context["State"]}})

    return executing


def patch_task_token(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Give each attempt a token of its own."""

    def applying(state: Mapping[str, Any], given: Any, context: dict[str, Any]) -> Any:  # noqa: ANN401
        if state.get("Resource", "").endswith(".waitForTaskToken"):
            context["Task"] = {"Token": str(uuid4())}
        return apply(state, given, context)

    return applying


def patch_callback(invoke: Callable[..., Any]) -> Callable[..., Any]:
    """Remember whose the token is, and fail the task with States.HeartbeatTimeout."""

    def invoking(resource: str, given: Any, token: str, state: Mapping[str, Any]) -> Any:  # noqa: ANN401
        _machines[token] = _machine.get()
        if "HeartbeatSeconds" not in state:
            return invoke(resource, given, token, state)
        heartbeat = _heartbeats[token] = Event()
        # In this context, since the emulator keeps the tasks of each account and region apart.
        watch = partial(copy_context().run, _watch, heartbeat, token, state["HeartbeatSeconds"])
        Thread(target=watch, daemon=True).start()
        try:
            return invoke(resource, given, token, state)
        finally:
            _heartbeats.pop(token).set()

    return invoking


def patch_heartbeat(send: Callable[..., Any]) -> Callable[..., Any]:
    """Count the seconds of a task anew."""

    def sending(data: Mapping[str, Any]) -> Any:  # noqa: ANN401
        if heartbeat := _heartbeats.get(data.get("taskToken", "")):
            heartbeat.set()
        return send(data)

    return sending


def _watch(heartbeat: Event, token: str, seconds: float) -> None:
    while heartbeat.wait(seconds):
        if token not in _heartbeats:
            return
        heartbeat.clear()
    _send_task_failure(
        {
            "taskToken": token,
            "error": "States.HeartbeatTimeout",
            "cause": f"No heartbeat for {seconds} seconds",
        }
    )


def _transcribe(resource: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Call Transcribe as the emulator's root: the state machine's role is not judged here."""
    operation = _CAPITAL.sub(r"_\1", resource.rpartition(":")[2]).lower()
    try:
        answer = getattr(own_client("transcribe"), operation)(**arguments)
    except ClientError as error:
        code = f"Transcribe.{error.response['Error']['Code']}"
        raise _ExecutionError(code, str(error)) from None
    answer.pop("ResponseMetadata")
    # Times are texts in what a state hands on.
    content: dict[str, Any] = json.loads(json.dumps(answer, default=str))
    return content


PATCHES = (
    Patch(
        module=stepfunctions,
        attribute="_execute_task",
        fingerprint="53c818d247db",
        corrects="the branches of a Parallel or Map share one context object",
        upstream="stepfunctions._execute_task: copy the context object",
        replacement=patch_task_context,
    ),
    Patch(
        module=stepfunctions,
        attribute="_apply_parameters",
        fingerprint="a90d58220630",
        corrects="a retried task, or its neighbour in another branch, has the same token",
        upstream="stepfunctions._execute_task: a new token for each attempt",
        replacement=patch_task_token,
    ),
    Patch(
        module=stepfunctions,
        attribute="_invoke_with_callback",
        fingerprint="bbb38423156a",
        corrects="HeartbeatSeconds is ignored",
        upstream="stepfunctions._invoke_with_callback: wait no longer than HeartbeatSeconds",
        replacement=patch_callback,
    ),
    Patch(
        module=stepfunctions,
        attribute="_send_task_heartbeat",
        fingerprint="56879a4655d1",
        corrects="a heartbeat moves no deadline",
        upstream="stepfunctions._send_task_heartbeat: note the time",
        replacement=patch_heartbeat,
    ),
    Patch(
        module=stepfunctions,
        attribute="_SERVICE_DISPATCH",
        keys=(_TRANSCRIBE,),
        fingerprint=ABSENT,
        corrects="aws-sdk:transcribe is not known",
        upstream="stepfunctions._invoke_aws_sdk_integration: let it know Transcribe",
        replacement=lambda _original: _transcribe,
    ),
)
