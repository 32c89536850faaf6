"""Load that comes and goes.

Not beside the losses: after one of them the pods stand crowded in a zone, where the fourth may
find no room.
"""

import pytest

from rehearsal.cluster.usage import set_cpu_usage
from tests.rehearsal.avadot.drill import AvadotDrill
from tests.rehearsal.avadot.workloads import NAMESPACE
from tests.rehearsal.conftest import Figure
from tests.rehearsal.waiting import until

pytestmark = pytest.mark.rehearsal

_BUSY = "tarot"


def test_the_autoscaler_follows_the_load(drill: AvadotDrill, figure: Figure) -> None:
    """The real autoscaler takes a service from two pods to four, and back when it is quiet."""

    def has(count: int) -> bool:
        ready = len(drill.avadot.ready_pods(_BUSY))
        return ready == count == len(drill.avadot.pods(_BUSY))

    assert has(2)
    set_cpu_usage(drill, NAMESPACE, _BUSY, 1.5)
    try:
        up = until(lambda: has(4), f"{_BUSY} grows to four")
    finally:
        set_cpu_usage(drill, NAMESPACE, _BUSY, 0.05)
    down = until(lambda: has(2), f"{_BUSY} shrinks to two")

    figure(f"load up, two to four pods ready: {up:.0f} s; load down, back to two: {down:.0f} s")
