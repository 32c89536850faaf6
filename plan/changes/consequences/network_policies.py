"""A network policy lets more through, or covers other pods."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from plan.changes.consequences.security_groups import is_world, within
from plan.changes.consequences.values import as_list, at, some
from plan.changes.nouns import Added, Change, Changed, Finding, Severity, Topic, about
from plan.changes.sides import Sides
from plan.model.kubernetes import KubernetesObject

_ANYBODY = "anybody"
_ANY_PORT = "any port"
_EXCEPT = " except "
_DIRECTIONS = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A peer and a port that a policy lets through."""

    direction: str
    peer: str
    port: str

    def covers(self, other: "Passage") -> bool:
        """Whether what another passage lets through gets through by this one."""
        return (
            self.direction == other.direction
            and self.port in {_ANY_PORT, other.port}
            and (
                self.peer in {_ANYBODY, other.peer}
                or within(other.peer.partition(_EXCEPT)[0], self.peer)
            )
        )

    def __str__(self) -> str:
        return f"{self.port} {_DIRECTIONS[self.direction][1]} {self.peer}"


def look(change: Change, _: Sides) -> Iterator[Finding]:
    """Yield what a network policy lets through after a change and not before."""
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            if after.kind == "NetworkPolicy":
                yield from _widened(before, after)
        case Added(KubernetesObject(kind="NetworkPolicy") as item):
            if world := [passage for passage in _let_in(item) if _is_open(passage.peer)]:
                sentence = f"lets in {some(world)}"
                yield about(item, Topic.REACH, Severity.NOTICE, sentence)


def _widened(before: KubernetesObject, after: KubernetesObject) -> Iterator[Finding]:
    known = list(_passages(before))
    for direction in _DIRECTIONS:
        new = [
            passage
            for passage in _passages(after)
            if passage.direction == direction and not any(old.covers(passage) for old in known)
        ]
        if new:
            verb = "in" if direction == "Ingress" else "out"
            severity = Severity.RISKY if direction == "Ingress" else Severity.NOTICE
            yield about(after, Topic.REACH, severity, f"now also lets {verb} {some(new)}")
    if at(before.document, "spec.podSelector") != at(after.document, "spec.podSelector"):
        sentence = "covers other pods: those that it no longer selects lose its protection"
        yield about(after, Topic.REACH, Severity.RISKY, sentence)


def _passages(policy: KubernetesObject) -> Iterator[Passage]:
    spec = policy.document.get("spec") or {}
    for direction, (field, peers_field) in _DIRECTIONS.items():
        if direction not in _types(spec):
            yield Passage(direction=direction, peer=_ANYBODY, port=_ANY_PORT)
            continue
        for rule in as_list(spec.get(field)):
            for peer in [_peer(one) for one in as_list(rule.get(peers_field))] or [_ANYBODY]:
                for port in [_port(one) for one in as_list(rule.get("ports"))] or [_ANY_PORT]:
                    yield Passage(direction=direction, peer=peer, port=port)


def _let_in(policy: KubernetesObject) -> Iterator[Passage]:
    if "Ingress" in _types(policy.document.get("spec") or {}):
        yield from (one for one in _passages(policy) if one.direction == "Ingress")


def _types(spec: dict[str, object]) -> list[object]:
    # Without policyTypes, a policy is about what comes in, and about what goes out if it says so.
    by_default = ["Ingress", "Egress"] if "egress" in spec else ["Ingress"]
    return as_list(spec.get("policyTypes") or by_default)


def _peer(peer: dict[str, object]) -> str:
    block = peer.get("ipBlock")
    if isinstance(block, dict):
        left_out = ", ".join(block.get("except") or [])
        return f"{block.get('cidr')}{_EXCEPT if left_out else ''}{left_out}"
    return json.dumps(peer, sort_keys=True)


def _port(port: dict[str, object]) -> str:
    last = f"-{port['endPort']}" if "endPort" in port else ""
    return f"{port.get('protocol', 'TCP')} {port.get('port', 'any')}{last}"


def _is_open(peer: str) -> bool:
    return peer == _ANYBODY or is_world(peer)
