"""Adds up what was spent while the program runs."""

from collections import defaultdict
from collections.abc import Mapping

from cost_exporter.bill import Bill
from cost_exporter.cluster import Owner

_HOUR = 3600


class Ledger:
    """What each owner has cost so far, and the GPU time it had.

    What was there at one look counts until the next one. Where a look fails that is the one after:
    machines cost money while nobody can list them.
    """

    def __init__(self) -> None:
        self._usd: defaultdict[Owner, float] = defaultdict(float)
        self._gpu_seconds: defaultdict[Owner, float] = defaultdict(float)
        self._last: tuple[float, Bill] | None = None

    @property
    def usd(self) -> Mapping[Owner, float]:
        return self._usd

    @property
    def gpu_seconds(self) -> Mapping[Owner, float]:
        return self._gpu_seconds

    def spend_until(self, now: float) -> None:
        """Count the time since the last look or call, in seconds of a clock that never jumps."""
        if self._last is None:
            return
        before, bill = self._last
        seconds = now - before
        for owner, usd in bill.services.items():
            self._usd[owner] += usd * seconds / _HOUR
        for owner, gpus in bill.gpus.items():
            self._gpu_seconds[owner] += gpus * seconds
        self._last = now, bill

    def go_on_with(self, bill: Bill, now: float) -> None:
        """Take what is there from now on; who is new begins at 0."""
        for owner in bill.services:
            self._usd[owner] += 0
        for owner in bill.gpus:
            self._gpu_seconds[owner] += 0
        self._last = now, bill
