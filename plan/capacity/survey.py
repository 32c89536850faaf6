"""Asks of every scenario, in several orders, which pods find no node, and where the others are."""

from collections import Counter
from collections.abc import Mapping, Sequence

from plan.capacity.cluster_state import NodeState
from plan.capacity.findings import (
    AtMaximum,
    AtMinimum,
    CapacityFinding,
    ClusterCapacity,
    Headroom,
    Scenario,
    Shortage,
)
from plan.capacity.scenarios import Outcome, Trial, scenarios
from plan.capacity.scheduler import Scheduler
from plan.model.assembly import Assembly
from plan.model.clusters import NO_NODE, ClusterWorkloads, Placement, PodCounts, clusters
from plan.model.quantities import CPU, GPU, MEMORY, MIB, PODS

_ORDERS = 8


def capacity_of(assembly: Assembly) -> tuple[ClusterCapacity, ...]:
    """Place the pods of every cluster in every scenario; raise `PlanError` for bad input."""
    return tuple(
        ClusterCapacity(
            cluster=cluster.name,
            stack=cluster.stack,
            findings=tuple(_findings(cluster)),
            uncounted=cluster.uncounted,
            grows=cluster.grows,
        )
        for cluster in clusters(assembly)
    )


def _findings(cluster: ClusterWorkloads) -> list[CapacityFinding]:
    trials = [Trial(cluster, number) for number in range(_ORDERS)]
    return [
        _finding(cluster, scenario, [trial.play(scenario) for trial in trials])
        for scenario in scenarios(cluster)
    ]


def _finding(
    cluster: ClusterWorkloads, scenario: Scenario, outcomes: Sequence[Outcome]
) -> CapacityFinding:
    waiting = [len(outcome.scheduler.waiting) for outcome in outcomes]
    return CapacityFinding(
        scenario=scenario,
        pods=max(sum(_pods(outcome).values()) for outcome in outcomes),
        fewest_waiting=min(waiting),
        most_waiting=max(waiting),
        most_waiting_meanwhile=max(outcome.waiting_meanwhile for outcome in outcomes),
        shortages=_shortages(cluster, outcomes),
        headroom=tuple(_least_headroom(group.name, outcomes) for group in cluster.groups),
    )


def _shortages(cluster: ClusterWorkloads, outcomes: Sequence[Outcome]) -> tuple[Shortage, ...]:
    services = {one.key: one.service for one in cluster.workloads}
    waiting = [Counter(pod.workload for pod in outcome.scheduler.waiting) for outcome in outcomes]
    pods = [_pods(outcome) for outcome in outcomes]
    found = [
        Shortage(
            workload=key,
            service=services[key],
            pods=max(one[key] for one in pods),
            fewest=min(one[key] for one in waiting),
            most=max(one[key] for one in waiting),
            reasons=_reasons(key, outcomes),
        )
        for key in services
        if any(one[key] for one in waiting)
    ]
    return tuple(sorted(found, key=lambda one: (-one.most / one.pods, -one.fewest, one.workload)))


def _pods(outcome: Outcome) -> Mapping[str, int]:
    scheduler = outcome.scheduler
    return Counter(pod.workload for pod in (*scheduler.cluster.where, *scheduler.waiting))


def _reasons(key: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    reasons = Counter(
        reason
        for outcome in outcomes
        for pod, reason in outcome.scheduler.waiting.items()
        if pod.workload == key
    )
    return tuple(reason for reason, _ in reasons.most_common())


def _least_headroom(group: str, outcomes: Sequence[Outcome]) -> Headroom:
    found = [
        [
            state
            for state in outcome.scheduler.cluster.states.values()
            if state.node.group == group and not state.is_unreachable
        ]
        for outcome in outcomes
    ]

    def least(resource: str) -> int:
        return min(sum(state.left(resource) for state in states) for states in found)

    return Headroom(
        group=group,
        nodes=min(map(len, found)),
        cpu_milli=least(CPU),
        memory_mib=least(MEMORY) // MIB,
        pods=least(PODS),
        gpus=min(sum(map(_gpus_left, states)) for states in found),
    )


def _gpus_left(state: NodeState) -> int:
    return sum(state.left(name) for name in state.allocatable if name.startswith(GPU))


def place(assembly: Assembly) -> tuple[Placement, ...]:
    """Place the pods of every cluster; raise `PlanError` for what cannot be read."""
    return tuple(map(_placement, clusters(assembly)))


def _placement(cluster: ClusterWorkloads) -> Placement:
    trial = Trial(cluster, 0)
    at_minimum = trial.play(AtMinimum()).scheduler
    return Placement(
        cluster=cluster,
        at_minimum=_counts(at_minimum),
        at_maximum=_counts(trial.play(AtMaximum()).scheduler),
        gpus=_gpus(at_minimum),
        nodes=Counter(state.node.group for state in at_minimum.cluster.states.values()),
    )


def _counts(scheduler: Scheduler) -> PodCounts:
    counts = Counter(
        (state.node.group, pod.workload) for pod, state in scheduler.cluster.where.items()
    )
    counts.update((NO_NODE, pod.workload) for pod in scheduler.waiting)
    return counts


def _gpus(scheduler: Scheduler) -> dict[str, int]:
    found: Counter[str] = Counter()
    for state in scheduler.cluster.states.values():
        offered = [number for name, number in state.allocatable.items() if name.startswith(GPU)]
        found[state.node.group] += sum(offered)
    return dict(found)
