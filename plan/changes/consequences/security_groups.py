"""A security group lets more in or out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from plan.changes.consequences.values import as_list, some
from plan.changes.nouns import Added, Change, Changed, Finding, Replaced, Severity, Topic, about
from plan.changes.sides import Side, Sides
from plan.model.assembly import Resource

_GROUP = "AWS::EC2::SecurityGroup"
_SEPARATE = {"AWS::EC2::SecurityGroupIngress": True, "AWS::EC2::SecurityGroupEgress": False}
"""Rules that stand alone, and whether they let in."""
_PEERS = (
    "CidrIp",
    "CidrIpv6",
    "SourceSecurityGroupId",
    "DestinationSecurityGroupId",
    "SourcePrefixListId",
    "DestinationPrefixListId",
)
_ALL = "-1"
_EVERY_PORT = (0, 65535)
Ports = tuple[int, int] | tuple[str, str]
"""The first and the last; texts where only AWS knows them."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of a security group."""

    lets_in: bool
    protocol: str
    ports: Ports
    peer: str

    def covers(self, other: "Rule") -> bool:
        """Whether what another rule lets through gets through by this one."""
        return (
            self.lets_in == other.lets_in
            and self.protocol in {_ALL, other.protocol}
            and _holds(self.ports, other.ports)
            and within(other.peer, self.peer)
        )

    def __str__(self) -> str:
        ports = "-".join(dict.fromkeys(map(str, self.ports)))
        what = "everything" if self.protocol == _ALL else f"{self.protocol} {ports}"
        return f"{what} {'from' if self.lets_in else 'to'} {self.peer}"


def look(change: Change, sides: Sides) -> Iterator[Finding]:
    """Yield what a security group lets through after a change and not before."""
    match change:
        case Added(Resource() as item) | Changed(item=Resource() as item) | Replaced(item=item) if (
            item.type == _GROUP or item.type in _SEPARATE
        ):
            before = sides.before
            group = _group(item)
            known = list(_rules_of(group, before))
            new = [rule for rule in _rules(item) if not any(one.covers(rule) for one in known)]
            lets_in = [rule for rule in new if rule.lets_in]
            if not _is_there(group, before):
                lets_in = [rule for rule in lets_in if is_world(rule.peer)]
            elif lets_out := [rule for rule in new if not rule.lets_in]:
                sentence = f"now also lets out {some(lets_out)}"
                yield about(item, Topic.REACH, Severity.NOTICE, sentence)
            if lets_in:
                sentence = f"now also lets in {some(lets_in)}"
                yield about(item, Topic.REACH, Severity.RISKY, sentence)


def within(inner: str, outer: str) -> bool:
    """Whether an address range lies in another; others than ranges are only within themselves."""
    if inner == outer:
        return True
    try:
        small, large = ip_network(inner), ip_network(outer)
    except ValueError:
        return False
    return small.version == large.version and small.subnet_of(large)  # type: ignore[arg-type] # the versions agree


def is_world(peer: str) -> bool:
    """Whether a range holds every address."""
    return peer in {"0.0.0.0/0", "::/0"}


def _rules_of(group: str, side: Side) -> Iterator[Rule]:
    for resource in side.assembly.resources:
        if (resource.type == _GROUP or resource.type in _SEPARATE) and _group(resource) == group:
            yield from _rules(resource)


def _rules(resource: Resource) -> Iterator[Rule]:
    if resource.type == _GROUP:
        for name, lets_in in (("SecurityGroupIngress", True), ("SecurityGroupEgress", False)):
            for entry in as_list(resource.properties.get(name)):
                yield from _of_entry(entry, lets_in=lets_in)
    else:
        yield from _of_entry(resource.properties, lets_in=_SEPARATE[resource.type])


def _of_entry(entry: object, *, lets_in: bool) -> Iterable[Rule]:
    if not isinstance(entry, dict):
        return
    protocol = str(entry.get("IpProtocol", _ALL))
    for name in _PEERS:
        if name in entry:
            peer = str(entry[name])
            yield Rule(lets_in=lets_in, protocol=protocol, ports=_ports(entry), peer=peer)


def _ports(entry: Mapping[str, object]) -> Ports:
    first, last = (str(entry.get(name, "")) for name in ("FromPort", "ToPort"))
    if first.isdigit() and last.isdigit():
        return int(first), int(last)
    return (first, last) if first else _EVERY_PORT


def _holds(outer: Ports, inner: Ports) -> bool:
    match outer, inner:
        case (int(first), int(last)), (int(start), int(end)):
            return first <= start and end <= last
        case _:
            return outer in {inner, _EVERY_PORT}


def _group(resource: Resource) -> str:
    """Name the group that a rule belongs to, alike in all stacks."""
    if resource.type == _GROUP:
        return f"{resource.stack}/{resource.logical_id}"
    name = str(resource.properties.get("GroupId")).removeprefix("${").removesuffix("}")
    name = name.removesuffix(".GroupId")
    return name if "/" in name else f"{resource.stack}/{name}"


def _is_there(group: str, side: Side) -> bool:
    stack, _, name = group.partition("/")
    known = side.resource(stack, name.partition(".")[0])
    # A group that no template makes was there before.
    return known is not None or name.startswith("sg-")
