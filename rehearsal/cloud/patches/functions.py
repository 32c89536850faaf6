"""Lambda: the class of a function's exception, and the end of its session in STS."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import lambda_svc, sts

from rehearsal.cloud.patches import Patch

_ANY = "Runtime.HandlerError"
"""What the emulator calls every exception."""
_LIFETIME_SECONDS = 7 * 24 * 3600
"""Longer than a rehearsal runs: the emulator does not renew what a function has."""


def patch_error_type(execute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Take the class from the log; by it a state machine retries."""

    def executing(function: Mapping[str, Any], event: Any, request: str) -> dict[str, Any]:  # noqa: ANN401
        result = execute(function, event, request)
        if result.get("error") and result["body"]["errorType"] == _ANY:
            body = result["body"]
            body["errorType"] = class_in(result["log"], body["errorMessage"]) or _ANY
        return result

    return executing


def class_in(log: str, message: str) -> str:
    """Return the class of the exception with whose traceback and message a log ends."""
    said = log.rstrip().removesuffix(message.rstrip())
    last = (said.splitlines() or [""])[-1]
    return last.rstrip(": ").rpartition(".")[2]


def patch_session_expiration(register: Callable[..., None]) -> Callable[..., None]:
    """Give an end to a session without one: no RDS token is signed with such credentials."""

    def registering(access_key: str, session: Mapping[str, Any]) -> None:
        register(access_key, {"Expiration": time.time() + _LIFETIME_SECONDS, **session})

    return registering


PATCHES = (
    Patch(
        module=lambda_svc,
        attribute="_execute_function_warm",
        fingerprint="62b9218bef5b",
        corrects="every exception of a function has the errorType Runtime.HandlerError",
        upstream="lambda_svc: let the worker hand over type(error).__name__",
        replacement=patch_error_type,
    ),
    Patch(
        module=sts,
        attribute="register_session",
        fingerprint="a84ec986ec01",
        corrects="the session of a function has no end",
        upstream="lambda_svc: name an Expiration where a function's session is registered",
        replacement=patch_session_expiration,
    ),
)
