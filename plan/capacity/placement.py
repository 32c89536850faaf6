"""The placement that other parts of the plan build on: the first order, at both ends of scale."""

from collections import Counter

from plan.capacity.findings import AtMaximum, AtMinimum
from plan.capacity.scenarios import Trial
from plan.capacity.scheduler import Scheduler
from plan.model.assembly import Assembly
from plan.model.clusters import ClusterWorkloads, clusters
from plan.model.placement import NO_NODE, Placement, PodCounts
from plan.model.quantities import GPU


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
    )


def _counts(scheduler: Scheduler) -> PodCounts:
    counts = Counter(
        (place.node.group, pod.workload) for pod, place in scheduler.cluster.where.items()
    )
    counts.update((NO_NODE, pod.workload) for pod in scheduler.waiting)
    return counts


def _gpus(scheduler: Scheduler) -> dict[str, int]:
    found: Counter[str] = Counter()
    for place in scheduler.cluster.places.values():
        offered = [number for name, number in place.allocatable.items() if name.startswith(GPU)]
        found[place.node.group] += sum(offered)
    return dict(found)
