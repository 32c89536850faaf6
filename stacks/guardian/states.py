"""Forms of states that recur in the state machine."""

from collections.abc import Mapping
from typing import Any

_CALL_SECONDS = 300


def calling(function: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a state that calls a function and hands on its answer."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload": dict(payload)},
        "OutputPath": "$.Payload",
        "TimeoutSeconds": _CALL_SECONDS,
    }


def retry(*errors: str, attempts: int) -> dict[str, Any]:
    """Return a retrier: first after two seconds, then ever more rarely, never all at once."""
    return {
        "ErrorEquals": list(errors),
        "IntervalSeconds": 2,
        "BackoffRate": 2.0,
        "MaxDelaySeconds": 60,
        "MaxAttempts": attempts,
        "JitterStrategy": "FULL",
    }


def failing(**failure: str) -> dict[str, Any]:
    """Return the end of a branch that failed: as caught into `$.failure`, or as given here."""
    return {
        "Type": "Pass",
        "Parameters": {
            "status": "failed",
            **({"failure": failure} if failure else {"failure.$": "$.failure"}),
        },
        "End": True,
    }
