"""Finds nodes for pods, one pod after the other, as the scheduler does."""

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

from plan.capacity.cluster_autoscaling import ClusterAutoscaling
from plan.capacity.cluster_state import ClusterState, NodeState
from plan.capacity.filters import Filters, NodeRefusal
from plan.capacity.preemption import victims_for
from plan.capacity.scores import best
from plan.model.pods import Pod

_NOT_CHOSEN = NodeRefusal(("node(s) didn't satisfy plugin(s) [NodeAffinity]",))
_NO_NODES = "no nodes available to schedule pods"


class Scheduler:
    """Places pods in a cluster; those that find no node wait, with the reason.

    Pods come in the order in which they are submitted, or by priority where they are all there
    before the scheduler looks; in either case those of higher priority preempt others. Of equally
    good nodes one is drawn.
    """

    def __init__(
        self,
        cluster: ClusterState,
        draw: Random,
        *,
        by_priority: bool,
        supply: ClusterAutoscaling | None = None,
    ) -> None:
        self.cluster = cluster
        self.waiting: dict[Pod, str] = {}
        """In the order of their submission; the reason is empty until they have been tried."""
        self._draw = draw
        self._by_priority = by_priority
        self._supply = supply
        self._lost: Counter[str] = Counter()

    def copy(self) -> "Scheduler":
        """Return a copy that changes alone."""
        other = Scheduler(
            self.cluster.copy(), self._draw, by_priority=self._by_priority, supply=self._supply
        )
        other.waiting = dict(self.waiting)
        other._lost = Counter(self._lost)
        return other

    def lose(self, node: str) -> list[Pod]:
        """Take a node away; return the pods that were on it and may run elsewhere."""
        self._lost[self.cluster.states[node].node.group] += 1
        gone = self.cluster.remove(node)
        self.waiting = {pod: why for pod, why in self.waiting.items() if pod.only_node != node}
        return [pod for pod in gone if pod.only_node is None]

    def submit(self, pods: Iterable[Pod]) -> None:
        """Take pods on; `settle` places them."""
        for pod in pods:
            self.waiting[pod] = ""
            for claim in pod.claims:
                if claim.is_zonal and not claim.waits_for_pod:
                    states = self.cluster.states.values()
                    zones = sorted(claim.zones or {state.node.zone for state in states})
                    self.cluster.provision(claim, self._draw.choice(zones))

    def settle(self) -> None:
        """Place whatever can be placed; a pod that waits is tried again after each that was.

        Where the cluster grows, nodes come for pods that wait, one after the other.
        """
        while self._try_all() or self._grow():
            pass

    def _grow(self) -> bool:
        """Take in a node on which a pod that waits can run; return whether there was one."""
        if self._supply is None or not self.waiting:
            return False
        admitted = [pod for pod in self.waiting if not self._refused(pod)]
        found = self._supply.node_for(admitted, self.cluster, self._lost)
        if found is None:
            return False
        node, daemons = found
        self.cluster.join(node)
        # They are let onto a node that is not ready yet, all others only later.
        self.waiting = dict.fromkeys(daemons, "") | self.waiting
        return True

    def _try_all(self) -> bool:
        has_placed = False
        pods = list(self.waiting)
        if self._by_priority:
            pods.sort(key=lambda pod: -pod.template.priority)
        for pod in pods:
            if pod.after is not None and pod.after not in self.cluster.where:
                self.waiting[pod] = f"made once {pod.after.name} runs"
            elif self._place(pod):
                has_placed = True
        return has_placed

    def _place(self, pod: Pod) -> bool:
        if refused := self._refused(pod):
            self.waiting[pod] = refused
            return False
        states = list(self.cluster.states.values())
        if pod.missing is not None or not states:
            self.waiting[pod] = _message(pod.missing, states)
            return False
        refusals = self._refusals(pod, states)
        taking = [state for state in states if refusals[state] is None]
        if not taking and (made := self._preempt(pod, refusals)):
            taking = [made]
        if not taking:
            self.waiting[pod] = _message(_histogram(refusals.values()), states)
            return False
        chosen = self._draw.choice(best(self.cluster, pod.template, taking))
        self.cluster.bind(pod, chosen)
        del self.waiting[pod]
        return True

    def _refused(self, pod: Pod) -> str | None:
        """Return why the API server does not even make a pod; None if it does."""
        for quota in pod.template.quotas:
            used = self.cluster.charged(pod.template.namespace, quota.name)
            if keys := quota.exceeded(used, pod.template.charged):
                return f"exceeded quota: {quota.name}, {', '.join(keys)}"
        return None

    def _refusals(
        self, pod: Pod, states: Sequence[NodeState]
    ) -> dict[NodeState, NodeRefusal | None]:
        filters = Filters(self.cluster, pod)
        if pod.only_node is None:
            return {state: filters.refusal(state) for state in states}
        return {
            state: filters.refusal(state) if state.node.name == pod.only_node else _NOT_CHOSEN
            for state in states
        }

    def _preempt(self, pod: Pod, refusals: dict[NodeState, NodeRefusal | None]) -> NodeState | None:
        """Preempt pods of lower priority on one node; None if that helps nowhere."""
        hopeful = [state for state, one in refusals.items() if one and not one.is_final]
        found = victims_for(self.cluster, pod, hopeful, self._draw)
        if found is None:
            return None
        for victim in found.pods:
            self.cluster.unbind(victim)
            self.submit([victim])
        return found.state


def _histogram(refusals: Iterable[NodeRefusal | None]) -> str:
    numbers = Counter(reason for one in refusals if one for reason in one.reasons)
    return ", ".join(sorted(f"{number} {reason}" for reason, number in numbers.items()))


def _message(reasons: str | None, states: Sequence[NodeState]) -> str:
    return f"0/{len(states)} nodes are available: {reasons}." if states else _NO_NODES
