"""Puts the cost of an assembly together, and that of a change."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from catalog.prices import is_free
from plan.cost.allocation import allocate
from plan.cost.finding import Cost, Line, merged
from plan.cost.flat_rates import alarm_lines, control_plane_lines, key_lines
from plan.cost.network import balancer_lines, network_lines
from plan.cost.nodes import billed_nodes, node_lines, on_demand, savings
from plan.cost.run_usage import run_usage
from plan.cost.stores import store_lines
from plan.cost.usage_prices import USED_TYPES, usages
from plan.cost.volumes import claim_lines
from plan.cost.workflow_usage import workflow_usage
from plan.model.assembly import Assembly
from plan.model.clusters import Placement
from plan.model.figures import ZERO, Scale
from plan.model.kubernetes import kubernetes_objects

_PRICED = frozenset({"AWS::CloudWatch::Alarm", "AWS::EC2::EIP", "AWS::EKS::Nodegroup"})
"""Resource types that have lines but no entry in the table of usage."""


def cost_of(assembly: Assembly, on: date, placements: Iterable[Placement] = ()) -> Cost:
    """Return what an assembly costs on a day; raise `PlanError` if an object cannot be read.

    Node groups are allocated to the pods of their placement, and node pools have the nodes that it
    has started; without one nothing is allocated, and no pool has a node.
    """
    placements = tuple(placements)
    groups = billed_nodes(assembly, placements)
    lines = merged(
        [
            *(line for group in groups for line in node_lines(group)),
            *claim_lines(assembly),
            *control_plane_lines(assembly, on),
            *store_lines(assembly),
            *network_lines(assembly),
            *balancer_lines(assembly),
            *key_lines(assembly),
            *alarm_lines(assembly),
        ]
    )
    return Cost(
        on=on,
        lines=lines,
        instead=tuple(on_demand(group) for group in groups if group.is_spot),
        usage=tuple(usages(assembly)),
        work=(*workflow_usage(assembly), *run_usage(assembly)),
        savings=tuple(savings(groups)),
        groups=tuple(allocate(placements, lines)),
        unpriced=_unpriced(assembly),
    )


def _unpriced(assembly: Assembly) -> tuple[str, ...]:
    types = {resource.type for resource in assembly.resources} - USED_TYPES - _PRICED
    unknown = sorted(one for one in types if not one.startswith("Custom::") and not is_free(one))
    services = kubernetes_objects(assembly)
    if any(
        one.kind == "Service" and one.document.get("spec", {}).get("type") == "LoadBalancer"
        for one in services
    ):
        unknown.append("Service of type LoadBalancer")
    return tuple(unknown)


@dataclass(frozen=True, kw_only=True)
class CostChange:
    """A line that comes, goes, or costs something else than before."""

    line: Line
    """As it will be, or as it was if it goes."""
    before: Line | None
    after: Line | None

    @property
    def usd(self) -> Scale | None:
        """Return USD per month more than before; None if a price on either side is not known."""
        was = self.before.usd if self.before else ZERO
        will_be = self.after.usd if self.after else ZERO
        return will_be + was * -1 if was and will_be else None


def differences(before: Cost, after: Cost) -> tuple[CostChange, ...]:
    """Return what differs: what changes and comes, in the order of the lines, then what goes."""
    was, will_be = _by_identity(before), _by_identity(after)
    pairs = [
        pair for identity, lines in will_be.items() for pair in _pairs(was.pop(identity, []), lines)
    ]
    gone = [
        CostChange(line=line, before=line, after=None) for lines in was.values() for line in lines
    ]
    return (*pairs, *gone)


def _by_identity(cost: Cost) -> dict[tuple[str, ...], list[Line]]:
    found: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in cost.lines:
        found[line.identity].append(line)
    return dict(found)


def _pairs(before: list[Line], after: list[Line]) -> Iterator[CostChange]:
    for was, will_be in zip_longest(before, after):
        line = will_be or was
        if was != will_be and line:
            yield CostChange(line=line, before=was, after=will_be)
