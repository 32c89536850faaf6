"""Looks after processes that a test must not leave behind."""

import os
import signal
import time
from pathlib import Path

_PATIENCE_S = 5.0


def gone(process: int) -> bool:
    """Say whether a process ends by itself, now or soon; end it otherwise."""
    ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    return False
