"""Pod addresses, each given to one pod at a time."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

from lightkube.resources.core_v1 import Node, Pod

from rehearsal.cluster.node_group import INTERNAL_IP
from rehearsal.cluster.objects import spec_of, status_of

_POD_NETWORK = IPv4Network("10.0.240.0/20")
"""Apart from the addresses of nodes; 4,000 are more than a rehearsal has pods."""


class Addresses:
    """Hands out pod addresses in turn, so that one that was just freed is not used at once."""

    def __init__(self) -> None:
        self._last = _POD_NETWORK.network_address

    def of(self, pod: Pod, node: Node, pods: Iterable[Pod]) -> str:
        """Return the pod's address: the one it has, its node's, or a free one."""
        if address := status_of(pod).podIP:
            return address
        if spec_of(pod).hostNetwork:
            return node_address(node)
        taken = {status_of(other).podIP for other in pods}
        while True:
            self._last = self._next()
            if str(self._last) not in taken:
                return str(self._last)

    def _next(self) -> IPv4Address:
        following = self._last + 1
        last = _POD_NETWORK.broadcast_address
        return following if following < last else _POD_NETWORK.network_address + 1


def node_address(node: Node) -> str:
    """Return the internal address of a node, empty if it has none."""
    addresses = (node.status.addresses if node.status else None) or []
    return next((a.address for a in addresses if a.type == INTERNAL_IP), "")
