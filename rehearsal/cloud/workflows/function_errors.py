"""Exceptions of Lambda functions: callers hear their class, by which a state machine retries."""

# ruff: noqa: SLF001 - the emulator offers no public joints

from collections.abc import Mapping
from typing import Any

from ministack.services import lambda_svc

_ANY = "Runtime.HandlerError"
"""What the emulator calls every exception."""


def let_errors_have_their_class() -> None:
    """Tell the class of a function's exception, which the emulator keeps in the log."""
    execute = lambda_svc._execute_function_warm

    def executing(function: Mapping[str, Any], event: Any, request: str) -> dict[str, Any]:  # noqa: ANN401
        result: dict[str, Any] = execute(function, event, request)
        if result.get("error") and result["body"]["errorType"] == _ANY:
            told = result["body"]
            told["errorType"] = class_in(result["log"], told["errorMessage"]) or _ANY
        return result

    lambda_svc._execute_function_warm = executing


def class_in(log: str, message: str) -> str:
    """Return the class of the exception with whose traceback and message a log ends."""
    said = log.rstrip().removesuffix(message.rstrip())
    last = (said.splitlines() or [""])[-1]
    return last.rstrip(": ").rpartition(".")[2]
