"""Plays the cluster-autoscaler: nodes come for pods that wait for one, and go when they are idle.

Only its decisions are played. That its role lets it size the groups is for the templates' tests.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lightkube import Client
from lightkube.models.core_v1 import PodSpec, Taint, Toleration
from lightkube.resources.apps_v1 import DaemonSet
from lightkube.resources.core_v1 import ConfigMap, Node, Pod

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.agent.informer import Informer, OnChange
from rehearsal.cluster.api_errors import NOT_FOUND, suppress_codes
from rehearsal.cluster.autoscaling import GROUPS, INSTALLED, Scalable
from rehearsal.cluster.node_group import NODE_GROUP_LABEL, PlayedNodeGroup
from rehearsal.cluster.nodes import join
from rehearsal.cluster.objects import (
    has_ended,
    has_owner_of_kind,
    is_node_ready,
    labels_of,
    metadata,
    name_of,
    spec_of,
    status_of,
)
from rehearsal.cluster.usage import quantity

Quantities = Mapping[str, float]
"""Amounts by resource."""

_KEEPING_AWAY = ("NoSchedule", "NoExecute")


def admits(node: Node, spec: PodSpec) -> bool:
    """Whether nodeSelector and tolerations of a pod fit the node; node affinity is not read."""
    selector = spec.nodeSelector or {}
    labels = labels_of(node)
    taints = (node.spec.taints if node.spec else None) or []
    return all(labels.get(key) == value for key, value in selector.items()) and all(
        any(_tolerates(toleration, taint) for toleration in spec.tolerations or [])
        for taint in taints
        if taint.effect in _KEEPING_AWAY
    )


def nodes_needed(
    pods: Iterable[PodSpec], free: Quantities, present: Sequence[Quantities] = ()
) -> int:
    """Return how many nodes with these free amounts the pods need beside those present.

    The largest pod is placed first.
    """
    nodes = list(present)
    for needed in sorted(map(requests, pods), key=lambda amounts: -amounts.get("cpu", 0)):
        index = next((i for i, left in enumerate(nodes) if _fits(needed, left)), None)
        if index is not None:
            nodes[index] = minus(nodes[index], [needed])
        elif _fits(needed, free):
            nodes.append(minus(free, [needed]))
    return len(nodes) - len(present)


def allocatable_of(node: Node) -> Quantities:
    """Return what an empty machine offers."""
    allocatable = (node.status.allocatable if node.status else None) or {}
    return {resource: quantity(amount) for resource, amount in allocatable.items()}


def requests(spec: PodSpec) -> Quantities:
    """Return what a pod asks for, itself included as one of the pods that a machine may hold."""
    total: dict[str, float] = {"pods": 1}
    for container in spec.containers:
        asked = (container.resources.requests if container.resources else None) or {}
        for resource, amount in asked.items():
            total[resource] = total.get(resource, 0) + quantity(amount)
    return total


def minus(amounts: Quantities, taken: Sequence[Quantities]) -> Quantities:
    """Subtract the taken amounts."""
    return {
        resource: amount - sum(one.get(resource, 0) for one in taken)
        for resource, amount in amounts.items()
    }


def _fits(needed: Quantities, free: Quantities) -> bool:
    return all(amount <= free.get(resource, 0) for resource, amount in needed.items())


def _tolerates(toleration: Toleration, taint: Taint) -> bool:
    return (
        toleration.key in (None, taint.key)
        and toleration.effect in (None, "", taint.effect)
        and (toleration.operator == "Exists" or (toleration.value or "") == (taint.value or ""))
    )


SECONDS_TO_START = 3.0
"""A machine of AWS takes about a minute from the decision to a ready node."""
SECONDS_IDLE = 10.0
"""The real one waits ten minutes before it takes an idle node away."""
_NOWHERE = "10.0.255.255"
_LOG = logging.getLogger(__name__)


class PlayedAutoscaler:
    """Sizes the declared groups while its chart is installed."""

    def __init__(
        self, client: Client, pods: Informer[Pod], nodes: Informer[Node], changed: OnChange
    ) -> None:
        self._client = client
        self._pods = pods
        self._nodes = nodes
        self._settings = Informer(client, ConfigMap, namespace=SYSTEM_NAMESPACE, changed=changed)
        self._starting: dict[str, list[float]] = {}
        self._joined: dict[str, set[str]] = {}
        self._idle_since: dict[str, float] = {}

    def reconcile(self) -> None:
        if self._settings.get(INSTALLED, SYSTEM_NAMESPACE) is None:
            return
        stored = self._settings.get(GROUPS, SYSTEM_NAMESPACE)
        for scalable in Scalable.read_all(stored):
            nodes = self._nodes_of(scalable.group)
            self._joined.get(scalable.group.name, set()).difference_update(map(name_of, nodes))
            self._finish_starts(scalable, nodes)
            self._grow(scalable, nodes)
            self._shrink(scalable, nodes)

    def _nodes_of(self, group: PlayedNodeGroup) -> list[Node]:
        return [n for n in self._nodes.all() if labels_of(n).get(NODE_GROUP_LABEL) == group.name]

    def _grow(self, scalable: Scalable, nodes: Sequence[Node]) -> None:
        template = scalable.group.node(zone=scalable.group.zones[0], address=_NOWHERE)
        waiting = [spec for spec in self._waiting() if admits(template, spec)]
        if not waiting:
            return
        starting = self._starting.setdefault(scalable.group.name, [])
        free = minus(allocatable_of(template), [requests(spec) for spec in self._daemons(template)])
        present = [self._left_on(node) for node in nodes if is_node_ready(node)]
        # A node that has just joined may not have been seen, or not be ready.
        unseen = self._joined.get(scalable.group.name, set()) - set(map(name_of, nodes))
        coming = len(starting) + len(unseen) + len(nodes) - len(present)
        wanted = nodes_needed(waiting, free, present) - coming
        allowed = scalable.maximum - len(nodes) - len(unseen) - len(starting)
        for _ in range(min(wanted, allowed)):
            _LOG.info("%s: one more node for %d waiting pods", scalable.group.name, len(waiting))
            starting.append(time.monotonic())

    def _finish_starts(self, scalable: Scalable, nodes: Sequence[Node]) -> None:
        """Let nodes that have started join the cluster."""
        starting = self._starting.get(scalable.group.name, [])
        up = [since for since in starting if time.monotonic() - since >= SECONDS_TO_START]
        if up:
            size = min(len(nodes) + len(up), scalable.maximum)
            joined = join(_ClientHolder(self._client), replace(scalable.group, size=size))
            self._joined[scalable.group.name] = set(joined) - set(map(name_of, nodes))
            self._starting[scalable.group.name] = [one for one in starting if one not in up]

    def _shrink(self, scalable: Scalable, nodes: Sequence[Node]) -> None:
        busy = {
            spec_of(pod).nodeName
            for pod in self._pods.all()
            if not has_owner_of_kind(pod, "DaemonSet") and not has_ended(pod)
        }
        idle = [node for node in nodes if is_node_ready(node) and name_of(node) not in busy]
        for node in nodes:
            if node not in idle:
                self._idle_since.pop(name_of(node), None)
        spare = len(nodes) - scalable.minimum
        for node in idle:
            since = self._idle_since.setdefault(name_of(node), time.monotonic())
            if spare > 0 and time.monotonic() - since >= SECONDS_IDLE:
                _LOG.info("%s: %s is idle and goes", scalable.group.name, name_of(node))
                with suppress_codes(NOT_FOUND):
                    self._client.delete(Node, name_of(node))
                del self._idle_since[name_of(node)]
                spare -= 1

    def _waiting(self) -> Iterator[PodSpec]:
        return (
            spec_of(pod)
            for pod in self._pods.all()
            if metadata(pod).deletionTimestamp is None
            and any(
                condition.type == "PodScheduled" and condition.reason == "Unschedulable"
                for condition in status_of(pod).conditions or []
            )
        )

    def _left_on(self, node: Node) -> Quantities:
        """Return what the pods of a node leave free."""
        there = [spec_of(pod) for pod in self._pods.all() if not has_ended(pod)]
        return minus(
            allocatable_of(node), [requests(s) for s in there if s.nodeName == name_of(node)]
        )

    def _daemons(self, template: Node) -> Iterator[PodSpec]:
        for one in self._client.list(DaemonSet, namespace="*"):
            spec = one.spec.template.spec if one.spec else None
            if spec and admits(template, spec):
                yield spec


class _ClientHolder:
    """`HasClient` of the agent's client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def client(self) -> Client:
        return self._client
