"""`python -m model_store.transfer.worker`: one of the processes that bring parts.

It takes tasks from its standard input and reports on its standard output. It ends at the end of
the input, so also when the job that started it is killed.
"""

import json
import os
import signal
import sys
from collections import Counter, deque

from model_store.failure import ExitCode, Failure
from model_store.transfer.answers import ExpiredError, TroubleError
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
from model_store.transfer.turns import UNTIL_CALLED, Turns, Waiting

_READ_BYTES = 64 << 10


def main(connections: int, patience: Patience) -> None:
    """Work until the input ends."""
    # Ctrl-C in a terminal reaches all; the job decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    turns, tasks = Turns(), deque[Task]()
    readers = [Reader(silence=patience.silence, watch=turns.watch) for _ in range(connections)]
    works = [_work(tasks, patience, reader) for reader in readers]
    try:
        turns.run([_listen(turns, tasks), *works])
    except BrokenPipeError:
        # Nobody hears the report: the job was killed.
        os._exit(os.EX_OK)


def _listen(turns: Turns, tasks: deque[Task]) -> Waiting[None]:
    """Take what the job hands out; end the process when it hands out no more."""
    tasks_in = sys.stdin.fileno()
    os.set_blocking(tasks_in, False)
    turns.watch(tasks_in)
    unfinished = b""
    while True:
        try:
            heard = os.read(tasks_in, _READ_BYTES)
        except BlockingIOError:
            yield UNTIL_CALLED
            continue
        if not heard:
            os._exit(os.EX_OK)
        *lines, unfinished = (unfinished + heard).split(b"\n")
        tasks.extend(map(Task.from_line, lines))
        turns.call()


def _work(tasks: deque[Task], patience: Patience, reader: Reader) -> Waiting[None]:
    while True:
        while not tasks:
            yield UNTIL_CALLED
        _say((yield from _bring(tasks.popleft(), reader, patience)))


def _bring(task: Task, reader: Reader, patience: Patience) -> Waiting[Report]:
    limits = {ExitCode.UNAVAILABLE: patience.attempts, ExitCode.DAMAGED: patience.readings}
    failed: Counter[ExitCode] = Counter()
    while isinstance(outcome := (yield from _attempt(task, reader)), TroubleError):
        failed[outcome.code] += 1
        times = failed[outcome.code]
        if times == limits[outcome.code]:
            sentence = f"cannot read {task.part.name}: {outcome.reason}, {times} times"
            return GivenUp(code=outcome.code, sentence=sentence)
        _say(Retried(reason=outcome.reason))
        # The connection is closed by now, so nothing but the time can end this.
        yield patience.pause(sum(failed.values()))
    return outcome


def _attempt(task: Task, reader: Reader) -> Waiting[Report | TroubleError]:
    try:
        yield from reader.bring(task.source, task.part)
    except TroubleError as trouble:
        return trouble
    except ExpiredError:
        return Expired(number=task.number)
    except Failure as failure:
        return GivenUp(code=failure.code, sentence=failure.sentence)
    return Arrived(number=task.number)


def _say(report: Report) -> None:
    sys.stdout.buffer.write(report_to_line(report))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), Patience(**json.loads(sys.argv[2])))
