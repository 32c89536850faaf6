"""Whether every pod finds a node, by the rules of the Kubernetes scheduler."""

from plan.capacity.findings import ClusterCapacity, Finding, Room, Scenario, Shortage, Verdict
from plan.capacity.survey import capacity_of, place
from plan.capacity.text import as_lines

__all__ = [
    "ClusterCapacity",
    "Finding",
    "Room",
    "Scenario",
    "Shortage",
    "Verdict",
    "as_lines",
    "capacity_of",
    "place",
]
