"""Address ranges: those of a network, and those from which people reach the API server."""

from ipaddress import IPv4Network

from settings.checks import SettingError, require

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""RFC 1918. Python's `is_private` also means ranges that no VPC should have, as loopback."""
_VPC_PREFIXES = range(16, 20)
"""From AWS' largest VPC to the smallest that holds the ranges of three zones."""
_WIDEST_CLIENT_PREFIX = 8
"""No organisation has more; two halves of the world are as open as 0.0.0.0/0."""


def require_vpc_range(field: str, cidr: str) -> None:
    """Raise `SettingError` unless a VPC of private addresses can have the range."""
    network = _ipv4_network(field, cidr, example="10.0.0.0/16")
    require(
        network.prefixlen in _VPC_PREFIXES and any(map(network.subnet_of, _PRIVATE)),
        field,
        cidr,
        f"use a range from /{_VPC_PREFIXES.start} to /{_VPC_PREFIXES.stop - 1} "
        f"inside {', '.join(map(str, _PRIVATE))}",
    )


def require_client_range(field: str, cidr: str) -> None:
    """Raise `SettingError` unless EKS takes the range as one of clients from the internet."""
    network = _ipv4_network(field, cidr, example="203.0.113.0/24")
    require(
        network.prefixlen >= _WIDEST_CLIENT_PREFIX,
        field,
        cidr,
        f"do not open the API to the world; the widest range is a /{_WIDEST_CLIENT_PREFIX}",
    )
    require(
        not any(map(network.overlaps, _PRIVATE)),
        field,
        cidr,
        "EKS refuses private addresses; give the public ones from which the clients come",
    )


def _ipv4_network(field: str, cidr: str, *, example: str) -> IPv4Network:
    try:
        network = IPv4Network(cidr, strict=False)
    except ValueError:
        message = f"{field} is {cidr!r}: write an IPv4 network like {example}"
        raise SettingError(message) from None
    require(str(network) == cidr, field, cidr, f"write the network itself, {network}")
    return network
