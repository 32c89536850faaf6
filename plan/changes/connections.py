"""The connections that network policies allow, and the pods that a policy is about."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plan.changes.risks.security_groups import is_world, within
from plan.changes.values import as_list
from plan.model.kubernetes import KubernetesObject
from plan.model.selectors import Selector, label_selector

POLICY = "NetworkPolicy"
DIRECTIONS = ("Ingress", "Egress")
_FIELDS = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}
_ANY_PEER = "anywhere"
_ANY_PORT = "any port"
_EXCEPT = " except "


@dataclass(frozen=True, kw_only=True)
class _Pods:
    """Pods that are a peer: of the policy's own namespace, where none are selected."""

    namespaces: Selector | None
    pods: Selector

    def covers(self, other: "_Pods") -> bool:
        match self.namespaces, other.namespaces:
            case None, None:
                pass
            case Selector() as mine, Selector() as others if mine.covers(others):
                pass
            # Which labels the policy's own namespace has is not asked.
            case Selector(requirements=()), None:
                pass
            case _:
                return False
        return self.pods.covers(other.pods)


@dataclass(frozen=True, kw_only=True)
class AllowedPeer:
    """A connection that a network policy allows, in one direction."""

    direction: str
    peer: str
    port: str
    pods: _Pods | None = None

    def covers(self, other: "AllowedPeer") -> bool:
        """Whether this one allows all that another one allows."""
        return (
            self.direction == other.direction
            and self.port in {_ANY_PORT, other.port}
            and (
                self.is_anybody
                or self.peer == other.peer
                or within(other.peer.partition(_EXCEPT)[0], self.peer)
                or (self.pods and other.pods and self.pods.covers(other.pods)) is True
            )
        )

    @property
    def is_anybody(self) -> bool:
        """Whether it names no peer."""
        return self.peer == _ANY_PEER

    @property
    def is_of_the_world(self) -> bool:
        """Whether its peers are all addresses."""
        return self.is_anybody or is_world(self.peer)

    def __str__(self) -> str:
        return f"{self.port} {_FIELDS[self.direction][1]} {self.peer}"


def allowed(policy: KubernetesObject) -> Iterator[AllowedPeer]:
    """Yield what a policy allows the pods that it selects, if no other one selects them."""
    spec = _spec(policy)
    for direction in DIRECTIONS:
        if direction in types(policy):
            yield from _of_rules(spec, direction)
        else:
            yield AllowedPeer(direction=direction, peer=_ANY_PEER, port=_ANY_PORT)


def allowed_together(policies: Iterable[KubernetesObject]) -> Iterator[AllowedPeer]:
    """Yield what policies allow pods that all of them select: they add up."""
    known = list(policies)
    for direction in DIRECTIONS:
        about = [one for one in known if direction in types(one)]
        for policy in about:
            yield from _of_rules(_spec(policy), direction)
        if not about:
            yield AllowedPeer(direction=direction, peer=_ANY_PEER, port=_ANY_PORT)


def uncovered(
    some: Iterable[AllowedPeer], others: Iterable[AllowedPeer]
) -> Iterator[tuple[str, list[AllowedPeer]]]:
    """Yield by direction what some allow and none of the others does."""
    wanted, known = list(some), list(others)
    for direction in DIRECTIONS:
        found = [
            one
            for one in wanted
            if one.direction == direction and not any(own.covers(one) for own in known)
        ]
        if found:
            yield direction, found


def selected(policy: KubernetesObject) -> Selector:
    """Return which pods of its namespace a policy is about."""
    return label_selector(_spec(policy).get("podSelector") or {}) or Selector(())


def selects(policy: KubernetesObject, pods: KubernetesObject) -> bool:
    """Whether a policy is about the pods of a workload."""
    labels = ((pods.pod_template or {}).get("metadata") or {}).get("labels") or {}
    is_here = (policy.cluster, policy.namespace) == (pods.cluster, pods.namespace)
    return pods.pod_template is not None and is_here and selected(policy).matches(labels)


def types(policy: KubernetesObject) -> list[object]:
    """Return the directions that a policy is about."""
    spec = _spec(policy)
    # Without policyTypes, a policy is about ingress, and about egress if it has such rules.
    by_default = ["Ingress", "Egress"] if "egress" in spec else ["Ingress"]
    return as_list(spec.get("policyTypes") or by_default)


def _spec(policy: KubernetesObject) -> Mapping[str, Any]:
    return policy.document.get("spec") or {}


def _of_rules(spec: Mapping[str, Any], direction: str) -> Iterator[AllowedPeer]:
    field, peers_field = _FIELDS[direction]
    for rule in as_list(spec.get(field)):
        for peer, pods in [*map(_peer, as_list(rule.get(peers_field)))] or [(_ANY_PEER, None)]:
            for port in [*map(_port, as_list(rule.get("ports")))] or [_ANY_PORT]:
                yield AllowedPeer(direction=direction, peer=peer, port=port, pods=pods)


def _peer(peer: Mapping[str, Any]) -> tuple[str, _Pods | None]:
    block = peer.get("ipBlock")
    if isinstance(block, dict):
        excluded = ", ".join(block.get("except") or [])
        return f"{block.get('cidr')}{_EXCEPT if excluded else ''}{excluded}", None
    pods = label_selector(peer.get("podSelector")) or Selector(())
    namespaces = label_selector(peer.get("namespaceSelector"))
    return json.dumps(peer, sort_keys=True), _Pods(namespaces=namespaces, pods=pods)


def _port(port: Mapping[str, Any]) -> str:
    last = f"-{port['endPort']}" if "endPort" in port else ""
    return f"{port.get('protocol', 'TCP')} {port.get('port', 'any')}{last}"
