"""A release: old pods leave as new ones run, as the controllers of Kubernetes do it."""

from collections.abc import Iterable
from random import Random

from plan.capacity.scheduler import Scheduler
from plan.model.pods import Pod
from plan.model.workloads import AppliedWorkload, BlueGreen, InPlace, Once, Recreate, Rolling


class Replacement:
    """The pods of one workload while they are being replaced.

    A pod that has a node counts as ready at once, and one that is told to stop is gone at once:
    neither changes what fits in the end.
    """

    def __init__(self, workload: AppliedWorkload, old: Iterable[Pod], draw: Random) -> None:
        self._workload = workload
        self._draw = draw
        self._old = sorted(old, key=lambda pod: pod.index)
        self._new: list[Pod] = []
        is_once = isinstance(workload.update, Once)
        self._pods = workload.maximum if is_once else len(self._old)

    def begin(self, scheduler: Scheduler) -> bool:
        """Make the new pods that may come now; return whether there were any."""
        match self._workload.update:
            case Rolling() as rolling:
                surge, _ = rolling.of(self._pods)
                number = self._pods + surge - len(self._old) - len(self._new)
            case Recreate():
                number = 0 if self._old else self._pods
            case Once() | BlueGreen():
                number = 0 if self._new else self._pods
            case InPlace(first) if self._has(first) and not self._is_held_up(scheduler):
                pod = self._old[-1]
                self._stop(pod, scheduler)
                return self._make([pod.index], scheduler)
            case _:
                return False
        first = len(self._new)
        return self._make(range(first, min(first + number, self._pods)), scheduler)

    def go_on(self, scheduler: Scheduler) -> bool:
        """Stop the old pods that may go now; return whether there were any."""
        match self._workload.update:
            case Once():
                ended = [pod for pod in self._new if pod in scheduler.cluster.where]
                for pod in ended:
                    scheduler.cluster.unbind(pod)
                return bool(ended)
            case Rolling() as rolling:
                _, unavailable = rolling.of(self._pods)
                number = self._to_stop(scheduler, self._pods - unavailable)
            case Recreate():
                number = len(self._old)
            case BlueGreen():
                number = len(self._old) if self._all_new_run(scheduler) else 0
            case _:
                return False
        for pod in self._least_wanted(scheduler)[:number]:
            self._stop(pod, scheduler)
        return number > 0

    def _to_stop(self, scheduler: Scheduler, least: int) -> int:
        """Old pods without a node go as long as enough pods would be left, others if enough run."""
        where = scheduler.cluster.where
        new = sum(pod in where for pod in self._new)
        old = sum(pod in where for pod in self._old)
        without_node = len(self._old) - old
        dead = max(0, min(without_node, len(self._old) + new - least))
        return dead + max(0, min(old, old + new - least))

    def _all_new_run(self, scheduler: Scheduler) -> bool:
        return bool(self._new) and all(pod in scheduler.cluster.where for pod in self._new)

    def _least_wanted(self, scheduler: Scheduler) -> list[Pod]:
        """Sort old pods: those without a node first, then those that share one, else any."""
        where = scheduler.cluster.where
        alike = {*self._old, *self._new}

        def rank(pod: Pod) -> tuple[bool, int]:
            state = where.get(pod)
            return state is not None, -len(alike & state.pods.keys()) if state else 0

        self._draw.shuffle(self._old)
        return sorted(self._old, key=rank)

    def _make(self, indexes: Iterable[int], scheduler: Scheduler) -> bool:
        pods = [self._workload.pod(self._workload.released, index) for index in indexes]
        self._new += pods
        scheduler.submit(pods)
        return bool(pods)

    def _stop(self, pod: Pod, scheduler: Scheduler) -> None:
        self._old.remove(pod)
        if pod in scheduler.cluster.where:
            scheduler.cluster.unbind(pod)
        scheduler.waiting.pop(pod, None)

    def _has(self, first: int) -> bool:
        return bool(self._old) and self._old[-1].index >= first

    def _is_held_up(self, scheduler: Scheduler) -> bool:
        """Whether a StatefulSet waits for a new pod before it replaces the next."""
        return any(pod in scheduler.waiting for pod in self._new)


def roll(scheduler: Scheduler, workloads: Iterable[AppliedWorkload], draw: Random) -> int:
    """Replace the pods of workloads all at once, as far as that goes.

    Returns how many pods waited at the worst moment; those that still wait are the scheduler's.
    """
    everywhere = [*scheduler.cluster.where, *scheduler.waiting]
    replacements = [
        Replacement(one, [pod for pod in everywhere if pod.workload == one.key], draw)
        for one in workloads
        if one.update is not None
    ]
    worst = 0
    moves = True
    while moves:
        draw.shuffle(replacements)
        begun = [one.begin(scheduler) for one in replacements]
        scheduler.settle()
        worst = max(worst, len(scheduler.waiting))
        gone = [one.go_on(scheduler) for one in replacements]
        moves = any(begun) or any(gone)
    return worst
