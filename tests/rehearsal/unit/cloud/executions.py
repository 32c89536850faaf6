"""Executions of state machines in the emulator."""

import time
from collections.abc import Mapping
from typing import Any

_SECONDS = 60


def ended(states: Any, execution: str) -> Mapping[str, Any]:
    """Wait for the end of an execution, and return what is told of it."""
    deadline = time.monotonic() + _SECONDS
    while (found := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return dict(found)
