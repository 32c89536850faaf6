"""All planted faults."""

from tests.faults.fault import Fault
from tests.faults.table import charts, containers, settings, stacks, workflow

FAULTS: tuple[Fault, ...] = (
    *settings.FAULTS,
    *charts.FAULTS,
    *stacks.FAULTS,
    *workflow.FAULTS,
    *containers.FAULTS,
)
