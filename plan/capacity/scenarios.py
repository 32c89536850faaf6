"""Plays the scenarios: everything at once, a release, a node or a zone missing."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random

from plan.capacity.cluster_autoscaling import ClusterAutoscaling
from plan.capacity.cluster_state import ClusterState
from plan.capacity.findings import (
    AtMaximum,
    AtMinimum,
    GroupsAtMaximum,
    NodeMissing,
    ReleaseOfAll,
    Scenario,
    WorkloadRelease,
    ZoneMissing,
)
from plan.capacity.rollout import roll
from plan.capacity.scheduler import Scheduler
from plan.model.clusters import ClusterWorkloads
from plan.model.nodes import Node, NodeGroup
from plan.model.pods import Pod
from plan.model.workloads import DAEMON_SET, AppliedWorkload, Once

_TRIALS_BY_PRIORITY = 2
"""Of four."""


@dataclass(frozen=True)
class Outcome:
    """Where a scenario has led in one order: every pod has a node, or waits with a reason."""

    scheduler: Scheduler
    waiting_meanwhile: int = 0


class Trial:
    """One order in which pods come and equally good nodes are drawn.

    The first one is that of the assembly; each other is drawn.
    """

    def __init__(self, cluster: ClusterWorkloads, number: int) -> None:
        self._cluster = cluster
        self._number = number
        self._draw = Random(number)  # noqa: S311 - a drawn order, the same in every run

    def play(self, scenario: Scenario) -> Outcome:
        match scenario:
            case AtMinimum():
                outcome = Outcome(self._at_minimum)
            case AtMaximum():
                outcome = Outcome(self._at_maximum)
            case GroupsAtMaximum():
                outcome = Outcome(self._started(lambda one: one.maximum, lambda one: one.maximum))
            case WorkloadRelease(workload):
                outcome = self._release(self._at_minimum, lambda one: one.key == workload)
            case ReleaseOfAll(at_maximum):
                outcome = self._release(
                    self._between_releases(at_maximum), lambda one: not one.is_add_on
                )
            case NodeMissing(group, at_maximum):
                outcome = self._without_node(self._between_releases(at_maximum), group)
            case ZoneMissing(zone, at_maximum):
                scheduler = self._between_releases(at_maximum)
                outcome = self._moved(scheduler, scheduler.cluster.mark_unreachable(zone))
        return outcome

    def _at(self, at_maximum: bool) -> Scheduler:  # noqa: FBT001 - a field of the scenario
        return self._at_maximum if at_maximum else self._at_minimum

    def _between_releases(self, at_maximum: bool) -> Scheduler:  # noqa: FBT001 - as above
        """Return a copy of a state without the pods that come with a release and end."""
        scheduler = self._at(at_maximum).copy()
        once = {one.key for one in self._cluster.workloads if isinstance(one.update, Once)}
        for pod in [pod for pod in scheduler.cluster.where if pod.workload in once]:
            scheduler.cluster.unbind(pod)
        for pod in [pod for pod in scheduler.waiting if pod.workload in once]:
            del scheduler.waiting[pod]
        return scheduler

    @cached_property
    def _at_minimum(self) -> Scheduler:
        return self._started(lambda one: one.desired, lambda one: one.minimum)

    @cached_property
    def _at_maximum(self) -> Scheduler:
        scheduler = self._at_minimum.copy()
        more: list[Pod] = []
        for one in self._cluster.workloads:
            if one.maximum > one.minimum:
                more += one.pods(one.minimum, one.maximum)
        scheduler.submit(self._in_order(more))
        scheduler.settle()
        return scheduler

    def _started(
        self, size: Callable[[NodeGroup], int], pods: Callable[[AppliedWorkload], int]
    ) -> Scheduler:
        nodes = [node for group in self._cluster.groups for node in group.nodes(size(group))]
        # Pods of a deploy come over minutes, or all together once nodes are back.
        by_priority = self._number % 4 < _TRIALS_BY_PRIORITY
        scheduler = Scheduler(
            ClusterState(nodes), self._draw, by_priority=by_priority, supply=_supply(self._cluster)
        )
        made: list[Pod] = []
        for one in self._cluster.workloads:
            made += _daemons_or_pods(one, nodes, pods(one))
        scheduler.submit(self._in_order(made))
        scheduler.settle()
        return scheduler

    def _in_order(self, pods: list[Pod]) -> list[Pod]:
        """Draw an order: in every second trial of single pods, else of whole workloads."""
        if not self._number:
            return pods
        if self._number % 2:
            return self._draw.sample(pods, len(pods))
        workloads = list(dict.fromkeys(pod.workload for pod in pods))
        rank = {name: self._draw.random() for name in workloads}
        return sorted(pods, key=lambda pod: rank[pod.workload])

    def _release(self, before: Scheduler, touches: Callable[[AppliedWorkload], bool]) -> Outcome:
        scheduler = before.copy()
        touched = [one for one in self._cluster.workloads if touches(one)]
        return Outcome(scheduler, roll(scheduler, touched, self._draw))

    def _without_node(self, scheduler: Scheduler, group: str) -> Outcome:
        states = scheduler.cluster.states.values()
        names = [state.node.name for state in states if state.node.group == group]
        if not names:  # nobody needs one
            return Outcome(scheduler)
        another_each_time = names[self._number % len(names)]
        return self._moved(scheduler, scheduler.lose(another_each_time))

    def _moved(self, scheduler: Scheduler, pods: list[Pod]) -> Outcome:
        scheduler.submit(self._in_order(pods))
        scheduler.settle()
        return Outcome(scheduler)


def scenarios(cluster: ClusterWorkloads) -> Iterator[Scenario]:
    yield AtMinimum()
    yield AtMaximum()
    released = [one for one in cluster.workloads if one.update and not one.is_add_on]
    for one in released:
        yield WorkloadRelease(one.key)
    if released:
        yield ReleaseOfAll(at_maximum=False)
        yield ReleaseOfAll(at_maximum=True)
    sizes = Counter({group.name: group.desired for group in cluster.groups})
    for name in +sizes:
        yield NodeMissing(name)
    zones = {node.zone for group in cluster.groups for node in group.nodes(group.desired)}
    for zone in sorted(zones):
        yield ZoneMissing(zone)
    if any(group.maximum > group.desired for group in cluster.groups):
        yield GroupsAtMaximum()
    if cluster.grows:
        yield from _grown(cluster)


def _grown(cluster: ClusterWorkloads) -> Iterator[Scenario]:
    """Name what may go missing of groups that have no node until pods come."""
    groups = [group for group in cluster.groups if group.grows]
    for group in groups:
        yield NodeMissing(group.name, at_maximum=True)
    for zone in sorted({zone for group in groups for zone in group.zones}):
        yield ZoneMissing(zone, at_maximum=True)


def _supply(cluster: ClusterWorkloads) -> ClusterAutoscaling | None:
    daemons = [one for one in cluster.workloads if one.kind == DAEMON_SET]
    growing = [group for group in cluster.groups if group.grows]
    return ClusterAutoscaling(groups=growing, daemons=daemons) if growing else None


def _daemons_or_pods(workload: AppliedWorkload, nodes: list[Node], count: int) -> Iterator[Pod]:
    if workload.kind == DAEMON_SET:
        return workload.daemon_pods(nodes)
    return workload.pods(0, count)
