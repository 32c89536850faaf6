"""A security group allows more inbound or outbound traffic."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from plan.changes.nouns import Added, Change, Changed, Replaced, Risk, Severity, Topic
from plan.changes.sides import Side, Sides
from plan.changes.values import as_list, some
from plan.model.assembly import Resource

_GROUP = "AWS::EC2::SecurityGroup"
_SEPARATE = {"AWS::EC2::SecurityGroupIngress": True, "AWS::EC2::SecurityGroupEgress": False}
"""Rules that are resources of their own, and whether they are inbound."""
_PEERS = (
    "CidrIp",
    "CidrIpv6",
    "SourceSecurityGroupId",
    "DestinationSecurityGroupId",
    "SourcePrefixListId",
    "DestinationPrefixListId",
)
_ALL = "-1"
_ALL_PORTS = (0, 65535)
Ports = tuple[int, int] | tuple[str, str]
"""First and last; strings where they are references."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of a security group, inbound or outbound."""

    is_inbound: bool
    protocol: str
    ports: Ports
    peer: str

    def covers(self, other: "Rule") -> bool:
        """Whether this rule allows all that another one allows."""
        return (
            self.is_inbound == other.is_inbound
            and self.protocol in {_ALL, other.protocol}
            and _holds(self.ports, other.ports)
            and within(other.peer, self.peer)
        )

    def __str__(self) -> str:
        ports = "-".join(dict.fromkeys(map(str, self.ports)))
        what = "everything" if self.protocol == _ALL else f"{self.protocol} {ports}"
        return f"{what} {'from' if self.is_inbound else 'to'} {self.peer}"


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield traffic that a security group allows after a change and not before."""
    match change:
        case Added(Resource() as item) | Changed(item=Resource() as item) | Replaced(item=item) if (
            item.type == _GROUP or item.type in _SEPARATE
        ):
            before = sides.before
            group = _group(item)
            known = list(rules_of(group, before))
            new = [rule for rule in rules(item) if not any(one.covers(rule) for one in known)]
            inbound = [rule for rule in new if rule.is_inbound]
            if _is_new(group, sides):
                inbound = [rule for rule in inbound if is_world(rule.peer)]
            elif outbound := [rule for rule in new if not rule.is_inbound]:
                sentence = f"now also allows outbound {some(outbound)}"
                yield Risk.of(item, Topic.EXPOSURE, Severity.NOTICE, sentence)
            if inbound:
                sentence = f"now also allows inbound {some(inbound)}"
                yield Risk.of(item, Topic.EXPOSURE, Severity.RISKY, sentence)


def within(inner: str, outer: str) -> bool:
    """Whether a CIDR range is within another; a peer of another kind is only within itself."""
    if inner == outer:
        return True
    try:
        small, large = ip_network(inner), ip_network(outer)
    except ValueError:
        return False
    return small.version == large.version and small.subnet_of(large)  # type: ignore[arg-type] # the versions agree


def is_world(peer: str) -> bool:
    """Whether a CIDR range holds every address."""
    return peer in {"0.0.0.0/0", "::/0"}


def group_of(resource: Resource) -> str | None:
    """Return the group that a resource is, or has a rule of; None if it is neither."""
    return _group(resource) if resource.type == _GROUP or resource.type in _SEPARATE else None


def rules_of(group: str, side: Side) -> Iterator[Rule]:
    """Yield all rules of a group, those that are resources of their own too."""
    for resource in side.assembly.resources:
        if (resource.type == _GROUP or resource.type in _SEPARATE) and _group(resource) == group:
            yield from rules(resource)


def rules(resource: Resource) -> Iterator[Rule]:
    """Yield the rules that a resource holds."""
    if resource.type == _GROUP:
        for name, is_inbound in (("SecurityGroupIngress", True), ("SecurityGroupEgress", False)):
            for entry in as_list(resource.properties.get(name)):
                yield from _of_entry(entry, is_inbound=is_inbound)
    else:
        yield from _of_entry(resource.properties, is_inbound=_SEPARATE[resource.type])


def _of_entry(entry: object, *, is_inbound: bool) -> Iterable[Rule]:
    if not isinstance(entry, dict):
        return
    protocol = str(entry.get("IpProtocol", _ALL))
    for name in _PEERS:
        if name in entry:
            peer = str(entry[name])
            yield Rule(is_inbound=is_inbound, protocol=protocol, ports=_ports(entry), peer=peer)


def _ports(entry: Mapping[str, object]) -> Ports:
    first, last = (str(entry.get(name, "")) for name in ("FromPort", "ToPort"))
    if first.isdigit() and last.isdigit():
        return int(first), int(last)
    return (first, last) if first else _ALL_PORTS


def _holds(outer: Ports, inner: Ports) -> bool:
    match outer, inner:
        case (int(first), int(last)), (int(start), int(end)):
            return first <= start and end <= last
        case _:
            return outer in {inner, _ALL_PORTS}


def _group(resource: Resource) -> str:
    """Return the group of a rule as `Stack/LogicalId`, or its id if no template makes it."""
    if resource.type == _GROUP:
        return f"{resource.stack}/{resource.logical_id}"
    name = str(resource.properties.get("GroupId")).removeprefix("${").removesuffix("}")
    name = name.removesuffix(".GroupId")
    return name if "/" in name else f"{resource.stack}/{name}"


def _is_new(group: str, sides: Sides) -> bool:
    stack, _, name = group.partition("/")
    before, after = (s.resource(stack, name.partition(".")[0]) for s in (sides.before, sides.after))
    # A group that no template makes exists already.
    return after is not None and before is None
