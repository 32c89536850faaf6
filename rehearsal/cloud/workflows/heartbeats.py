"""Heartbeats of tasks that wait: a task whose worker is silent for too long fails."""

# ruff: noqa: SLF001 - the emulator offers no public joints

from collections.abc import Mapping
from contextvars import copy_context
from functools import partial
from threading import Event, Thread
from typing import Any

from ministack.services import stepfunctions

_signs: dict[str, Event] = {}
"""Set by the last sign of life of a task, and by its end."""


def let_heartbeats_run_out() -> None:
    """Fail a task with States.HeartbeatTimeout, counted from its sending; the emulator waits on."""
    invoke, beat = stepfunctions._invoke_with_callback, stepfunctions._send_task_heartbeat

    def invoking(resource: str, given: Any, token: str, state: Mapping[str, Any]) -> Any:  # noqa: ANN401
        if "HeartbeatSeconds" not in state:
            return invoke(resource, given, token, state)
        sign = _signs[token] = Event()
        # In this context, since the emulator keeps the tasks of each account and region apart.
        watch = partial(copy_context().run, _watch, sign, token, state["HeartbeatSeconds"])
        Thread(target=watch, daemon=True).start()
        try:
            return invoke(resource, given, token, state)
        finally:
            _signs.pop(token).set()

    def beating(data: Mapping[str, Any]) -> Any:  # noqa: ANN401
        if sign := _signs.get(data.get("taskToken", "")):
            sign.set()
        return beat(data)

    stepfunctions._invoke_with_callback = invoking
    stepfunctions._send_task_heartbeat = beating


def _watch(sign: Event, token: str, seconds: float) -> None:
    while sign.wait(seconds):
        if token not in _signs:
            return
        sign.clear()
    stepfunctions._send_task_failure(
        {
            "taskToken": token,
            "error": "States.HeartbeatTimeout",
            "cause": f"Its worker was silent for {seconds} seconds",
        }
    )
