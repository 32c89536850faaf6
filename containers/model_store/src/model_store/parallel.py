"""Work on many things in threads, given up as one when one of them fails."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import TypeVar

_SECONDS_BETWEEN_WAITS = 1.0

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def each(
    work: Callable[[_Item], _Result],
    items: Iterable[_Item],
    *,
    threads: int,
    wait: Callable[[], object] = lambda: None,
) -> list[_Result]:
    """Return the results in the order of the items; call `wait` once a second in between.

    When one raises, or a signal ends the wait, nothing more is begun, what has begun is waited
    for, and then the exception goes on.
    """
    with ThreadPoolExecutor(threads) as pool:
        try:
            futures = [pool.submit(work, item) for item in items]
            waiting = set(futures)
            while waiting:
                done, waiting = wait_for(waiting, _SECONDS_BETWEEN_WAITS, FIRST_EXCEPTION)
                for future in done:
                    future.result()
                wait()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [future.result() for future in futures]
