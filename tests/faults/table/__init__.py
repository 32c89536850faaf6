"""All planted faults."""

from tests.faults.fault import Fault
from tests.faults.table import machines, network, pods, programs, rights, settings, workflow

FAULTS: tuple[Fault, ...] = (
    *settings.FAULTS,
    *pods.FAULTS,
    *network.FAULTS,
    *rights.FAULTS,
    *machines.FAULTS,
    *workflow.FAULTS,
    *programs.FAULTS,
)
