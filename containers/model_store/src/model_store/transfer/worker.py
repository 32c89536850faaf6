"""`python -m model_store.transfer.worker`: one of the processes that bring parts.

It takes tasks from its standard input and reports on its standard output. It ends at the end of
the input, so also when the job that started it is killed.
"""

import json
import os
import signal
import ssl
import sys
import threading
import time
from collections import Counter
from queue import SimpleQueue

from model_store.failure import ExitCode, Failure
from model_store.transfer.answers import ExpiredError, TroubleError
from model_store.transfer.connection import trust
from model_store.transfer.messages import (
    Arrived,
    Expired,
    GivenUp,
    Report,
    Retried,
    Task,
    report_to_line,
)
from model_store.transfer.patience import Patience
from model_store.transfer.reader import Reader

_BROKEN = 70
"""Exit code for a fault of this program itself (EX_SOFTWARE)."""

_speaking = threading.Lock()


def main(threads: int, patience: Patience) -> None:
    """Work until the input ends."""
    # Ctrl-C in a terminal reaches all; the job decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.excepthook = _end
    tasks: SimpleQueue[Task] = SimpleQueue()
    trusted = trust()
    for _ in range(threads):
        threading.Thread(target=_work, args=(tasks, patience, trusted), daemon=True).start()
    for line in sys.stdin.buffer:
        tasks.put(Task.from_line(line))
    # Not by the interpreter's own end, which would wait for threads that read from the network.
    os._exit(os.EX_OK)


def _work(tasks: "SimpleQueue[Task]", patience: Patience, trusted: ssl.SSLContext) -> None:
    reader = Reader(silence=patience.silence, trusted=trusted)
    while True:
        _say(_bring(tasks.get(), reader, patience))


def _bring(task: Task, reader: Reader, patience: Patience) -> Report:
    limits = {ExitCode.UNAVAILABLE: patience.attempts, ExitCode.DAMAGED: patience.readings}
    failed: Counter[ExitCode] = Counter()
    while isinstance(outcome := _attempt(task, reader), TroubleError):
        failed[outcome.code] += 1
        times = failed[outcome.code]
        if times == limits[outcome.code]:
            sentence = f"cannot read {task.part.name}: {outcome.reason}, {times} times"
            return GivenUp(code=outcome.code, sentence=sentence)
        _say(Retried(reason=outcome.reason))
        time.sleep(patience.pause(sum(failed.values())))
    return outcome


def _attempt(task: Task, reader: Reader) -> Report | TroubleError:
    try:
        reader.bring(task.source, task.part)
    except TroubleError as trouble:
        return trouble
    except ExpiredError:
        return Expired(number=task.number)
    except Failure as failure:
        return GivenUp(code=failure.code, sentence=failure.sentence)
    return Arrived(number=task.number)


def _say(report: Report) -> None:
    with _speaking:
        sys.stdout.buffer.write(report_to_line(report))
        sys.stdout.buffer.flush()


def _end(arguments: threading.ExceptHookArgs) -> None:
    """End the process with its thread: the job would wait for the lost part for ever."""
    if arguments.exc_value is not None and not isinstance(arguments.exc_value, BrokenPipeError):
        sys.excepthook(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
    os._exit(_BROKEN)


if __name__ == "__main__":
    main(int(sys.argv[1]), Patience(**json.loads(sys.argv[2])))
