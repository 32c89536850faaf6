"""How much memory a process and its children take."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path


def taken(pid: int) -> int:
    """Return the bytes of a process and its descendants, shared pages split among their users."""
    return sum(map(_proportional_set, _family(pid)))


@contextlib.contextmanager
def sampled(pid: int, every_seconds: float) -> Iterator[list[int]]:
    """Take samples again and again until `with` ends."""
    samples: list[int] = []
    over = threading.Event()

    def sample() -> None:
        while not over.wait(every_seconds):
            samples.append(taken(pid))

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield samples
    finally:
        over.set()
        sampler.join()


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):  # it has just ended
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _family(int(child))


def _proportional_set(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it is gone
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
