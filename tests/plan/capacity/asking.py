"""Asks the plan about a small cluster."""

from collections.abc import Sequence

from plan.capacity import CapacityFinding, Scenario, capacity_of
from plan.capacity.findings import AtMinimum
from tests.plan.capacity.builder import Document, Group, cluster


def finding(
    groups: Sequence[Group],
    objects: Sequence[Document],
    scenario: Scenario | None = None,
    add_ons: Sequence[str] = (),
) -> CapacityFinding:
    """Return what the plan says of a scenario, by default of all pods at their minimum."""
    (found,) = capacity_of(cluster(groups, objects, add_ons))
    wanted = scenario or AtMinimum()
    (answer,) = (one for one in found.findings if one.scenario == wanted)
    return answer


def waiting(
    groups: Sequence[Group], objects: Sequence[Document], scenario: Scenario | None = None
) -> dict[str, int]:
    """Return how many pods find no node by the name of their workload, whatever the order."""
    answer = finding(groups, objects, scenario)
    assert answer.is_certain
    return {one.workload.rpartition("/")[2]: one.most for one in answer.shortages}


def reasons(groups: Sequence[Group], objects: Sequence[Document]) -> set[str]:
    """Return why pods find no node, without the number of nodes and the full stop."""
    found = finding(groups, objects).shortages
    return {
        reason.partition(": ")[2].rstrip(".") or reason for one in found for reason in one.reasons
    }
