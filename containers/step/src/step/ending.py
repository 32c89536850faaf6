"""How a step ends: what it raises becomes a failure for the person, a line in the log, and a code.

A step writes its result last. Where there is one, a failure that lies beside it is of an earlier
try, and says nothing.
"""

import json
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from types import FrameType
from typing import NoReturn

from step.failure import Failed, Unusable, WrongSetup
from step.places import Place

__all__ = ["FAILURE", "ExitCode", "Failed", "Unusable", "WrongSetup", "run", "say"]

FAILURE = "failure.json"

_STOPPING = (signal.SIGTERM, signal.SIGINT)

_GRACE_SECONDS = 5
"""For putting in order what was begun; a model may compute for longer than any pod is given."""

_WRONG_REASON = "Something that this step needs is missing here: the video is not to blame"
_FAILED_REASON = "This step could not be done: the video is not to blame, another try may succeed"


class ExitCode(IntEnum):
    """The exit codes of steps."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    UNUSABLE = 3
    STOPPED = 143


class _Stopped(BaseException):
    """A signal asked the step to end; no `except Exception` may hold it up."""


def run(name: str, work: Callable[[], None], to: Place | None) -> int:
    """Do a step's work and return its exit code; where it failed, say so at `to` as well."""
    try:
        with _stoppable():
            try:
                work()
            except Exception as error:  # noqa: BLE001 - whatever it is, it has to be told
                return _failed(name, error, to)
    except _Stopped:
        say(name, "stopped: the next try begins anew")
        return ExitCode.STOPPED
    return ExitCode.DONE


def _failed(name: str, error: Exception, to: Place | None) -> ExitCode:
    match error:
        case Unusable():
            code, sentence, reason = ExitCode.UNUSABLE, str(error), str(error)
        case WrongSetup():
            code, sentence, reason = ExitCode.WRONG, str(error), _WRONG_REASON
        case Failed():
            code, sentence, reason = ExitCode.FAILED, str(error), _FAILED_REASON
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            sentence = f"{where}{error.strerror or error}"
            code, reason = ExitCode.FAILED, _FAILED_REASON
        case _:
            # A defect of ours: nobody could mend it without knowing where it was.
            traceback.print_exception(error)
            sentence = f"it ended with {type(error).__name__}: {_one_line(error)}"
            code, reason = ExitCode.FAILED, _FAILED_REASON
    say(name, sentence)
    if to is not None:
        _tell(name, to, reason, final=code is not ExitCode.FAILED)
    return code


def _tell(name: str, to: Place, reason: str, *, final: bool) -> None:
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, FAILURE)
            path.write_text(json.dumps({"reason": reason, "final": final}))
            to.put(FAILURE, path)
    except (Failed, WrongSetup, OSError) as error:
        say(name, f"nor could the failure be told: {_one_line(error)}")


@contextmanager
def _stoppable() -> Iterator[None]:
    """Raise `_Stopped` at SIGTERM and Ctrl-C, and end the process where nothing comes of that.

    Python runs a handler only between two of its own instructions, and a model computes long
    without any: a thread hears of the signal at once.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    handlers = {number: signal.signal(number, _stop) for number in _STOPPING}
    earlier = signal.set_wakeup_fd(told)
    threading.Thread(target=_insist, args=(heard,), name="stop", daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(earlier)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        os.close(told)


def _insist(heard: int) -> None:
    while number := os.read(heard, 1):
        if number[0] in _STOPPING:
            time.sleep(_GRACE_SECONDS)
            os._exit(ExitCode.STOPPED)
    os.close(heard)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise _Stopped


def say(name: str, sentence: str) -> None:
    """Write a line to the log, which on a desk is beside what the step prints."""
    sys.stdout.flush()
    sys.stderr.write(f"{name}: {sentence}\n")
    sys.stderr.flush()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
