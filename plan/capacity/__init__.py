"""Whether every pod finds a node, by the rules of the Kubernetes scheduler."""

from plan.capacity.findings import (
    CapacityFinding,
    CapacityVerdict,
    ClusterCapacity,
    Headroom,
    Scenario,
    Shortage,
)
from plan.capacity.survey import capacity_of, place
from plan.capacity.text import as_lines

__all__ = [
    "CapacityFinding",
    "CapacityVerdict",
    "ClusterCapacity",
    "Headroom",
    "Scenario",
    "Shortage",
    "as_lines",
    "capacity_of",
    "place",
]
