"""A network policy allows more or less traffic, or selects other pods."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from plan.changes.nouns import Added, Change, Changed, Risk, Severity, Topic
from plan.changes.risks.security_groups import is_world, within
from plan.changes.sides import Sides
from plan.changes.values import as_list, at, some
from plan.model.kubernetes import KubernetesObject

_ANY_PEER = "anywhere"
_ANY_PORT = "any port"
_EXCEPT = " except "
_DIRECTIONS = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}


@dataclass(frozen=True, kw_only=True)
class AllowedPeer:
    """A connection that a network policy allows, in one direction."""

    direction: str
    peer: str
    port: str

    def covers(self, other: "AllowedPeer") -> bool:
        """Whether this one allows all that another one allows."""
        return (
            self.direction == other.direction
            and self.port in {_ANY_PORT, other.port}
            and (
                self.peer in {_ANY_PEER, other.peer}
                or within(other.peer.partition(_EXCEPT)[0], self.peer)
            )
        )

    def __str__(self) -> str:
        return f"{self.port} {_DIRECTIONS[self.direction][1]} {self.peer}"


def check(change: Change, _: Sides) -> Iterator[Risk]:
    """Yield traffic that a network policy allows after a change and not before."""
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            if after.kind == "NetworkPolicy":
                yield from _broadened(before, after)
                yield from _narrowed(before, after)
        case Added(KubernetesObject(kind="NetworkPolicy") as item):
            if world := [allowed for allowed in _ingress(item) if _is_open(allowed.peer)]:
                sentence = f"allows ingress {some(world)}"
                yield Risk.of(item, Topic.EXPOSURE, Severity.NOTICE, sentence)


def _broadened(before: KubernetesObject, after: KubernetesObject) -> Iterator[Risk]:
    for direction, new in _uncovered(after, before):
        is_wide = direction == "Ingress" or any(one.peer == _ANY_PEER for one in new)
        severity = Severity.RISKY if is_wide else Severity.NOTICE
        sentence = f"now also allows {direction.lower()} {some(new)}"
        yield Risk.of(after, Topic.EXPOSURE, severity, sentence)
    if at(before.document, "spec.podSelector") != at(after.document, "spec.podSelector"):
        sentence = "selects other pods: those that it no longer selects lose its protection"
        yield Risk.of(after, Topic.EXPOSURE, Severity.RISKY, sentence)


def _narrowed(before: KubernetesObject, after: KubernetesObject) -> Iterator[Risk]:
    for direction, lost in _uncovered(before, after):
        sentence = f"no longer allows {direction.lower()} {some(lost)}"
        sentence += ": unless another policy does, these connections time out"
        yield Risk.of(after, Topic.LOST, Severity.RISKY, sentence)


def _uncovered(
    one: KubernetesObject, other: KubernetesObject
) -> Iterator[tuple[str, list[AllowedPeer]]]:
    """Yield by direction what one policy allows and the other does not."""
    known = list(_allowed_peers(other))
    for direction in _DIRECTIONS:
        found = [
            allowed
            for allowed in _allowed_peers(one)
            if allowed.direction == direction and not any(own.covers(allowed) for own in known)
        ]
        if found:
            yield direction, found


def _allowed_peers(policy: KubernetesObject) -> Iterator[AllowedPeer]:
    spec = policy.document.get("spec") or {}
    for direction, (field, peers_field) in _DIRECTIONS.items():
        if direction not in _types(spec):
            yield AllowedPeer(direction=direction, peer=_ANY_PEER, port=_ANY_PORT)
            continue
        for rule in as_list(spec.get(field)):
            for peer in [_peer(one) for one in as_list(rule.get(peers_field))] or [_ANY_PEER]:
                for port in [_port(one) for one in as_list(rule.get("ports"))] or [_ANY_PORT]:
                    yield AllowedPeer(direction=direction, peer=peer, port=port)


def _ingress(policy: KubernetesObject) -> Iterator[AllowedPeer]:
    if "Ingress" in _types(policy.document.get("spec") or {}):
        yield from (one for one in _allowed_peers(policy) if one.direction == "Ingress")


def _types(spec: dict[str, object]) -> list[object]:
    # Without policyTypes, a policy is about ingress, and about egress if it has such rules.
    by_default = ["Ingress", "Egress"] if "egress" in spec else ["Ingress"]
    return as_list(spec.get("policyTypes") or by_default)


def _peer(peer: dict[str, object]) -> str:
    block = peer.get("ipBlock")
    if isinstance(block, dict):
        excluded = ", ".join(block.get("except") or [])
        return f"{block.get('cidr')}{_EXCEPT if excluded else ''}{excluded}"
    return json.dumps(peer, sort_keys=True)


def _port(port: dict[str, object]) -> str:
    last = f"-{port['endPort']}" if "endPort" in port else ""
    return f"{port.get('protocol', 'TCP')} {port.get('port', 'any')}{last}"


def _is_open(peer: str) -> bool:
    return peer == _ANY_PEER or is_world(peer)
