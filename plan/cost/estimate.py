"""Puts the cost of an assembly together."""

from collections.abc import Iterable
from datetime import date

from catalog.prices import is_free
from plan.cost.alarms import alarm_lines
from plan.cost.cluster import control_plane_lines, key_lines
from plan.cost.finding import Cost
from plan.cost.machines import machine_lines, machines, on_demand
from plan.cost.network import balancer_lines, network_lines
from plan.cost.quotes import merged
from plan.cost.savings import savings
from plan.cost.shares import share_out
from plan.cost.stores import store_lines
from plan.cost.usage import USED_TYPES, usages
from plan.cost.volumes import claim_lines
from plan.cost.work import work
from plan.model.assembly import Assembly
from plan.model.kubernetes import kubernetes_objects
from plan.model.placement import Placement

_PRICED = frozenset({"AWS::CloudWatch::Alarm", "AWS::EC2::EIP", "AWS::EKS::Nodegroup"})
"""Resource types that have lines but no entry in the table of usage."""


def cost_of(assembly: Assembly, on: date, placements: Iterable[Placement] = ()) -> Cost:
    """Return what an assembly costs on a day; raise `PlanError` if an object cannot be read.

    Node groups are allocated to the pods of their placement; without one nothing is allocated.
    """
    groups = machines(assembly)
    lines = merged(
        [
            *(line for group in groups for line in machine_lines(group)),
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
        work=tuple(work(assembly)),
        savings=tuple(savings(groups)),
        groups=tuple(share_out(placements, lines)),
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
