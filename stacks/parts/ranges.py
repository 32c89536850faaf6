"""Which range of the network each subnet has."""

from collections.abc import Sequence
from ipaddress import IPv4Network
from itertools import islice

import jsii
from aws_cdk import aws_ec2 as ec2

PUBLIC, PRIVATE, DATA = "Public", "Private", "Data"
_SMALL = {PUBLIC: (0, 1, 4), DATA: (2, 3, 5)}
"""Which of the first /24 ranges belongs to which zone, by its number."""
_SMALL_PREFIX = 24
_QUARTERS = 2
"""Bits: the first quarter has the small ranges, each other one the private subnet of a zone."""


@jsii.implements(ec2.IIpAddresses)
class ZoneRanges:
    """Ranges that follow from the number of a zone, whatever zones there are beside it.

    EC2 moves no subnet to another range, so those of a first zone stay when another one comes.
    """

    def __init__(self, cidr: str) -> None:
        self._network = IPv4Network(cidr)

    def allocate_vpc_cidr(self) -> ec2.VpcIpamOptions:
        """Return the range of all of them."""
        return ec2.VpcIpamOptions(cidr_block=str(self._network))

    def allocate_subnets_cidr(
        self,
        *,
        requested_subnets: Sequence[ec2.RequestedSubnet],
        vpc_cidr: str,  # noqa: ARG002 - the interface's
    ) -> ec2.SubnetIpamOptions:
        """Return a range for each subnet, in the order of zones within each kind."""
        seen: dict[str, int] = {}
        ranges = []
        for requested in requested_subnets:
            name = requested.configuration.name
            seen[name] = zone = seen.get(name, -1) + 1
            ranges.append(ec2.AllocatedSubnet(cidr=str(self._range(name, zone))))
        return ec2.SubnetIpamOptions(allocated_subnets=ranges)

    def _range(self, name: str, zone: int) -> IPv4Network:
        if name == PRIVATE:
            return list(self._network.subnets(prefixlen_diff=_QUARTERS))[zone + 1]
        index = _SMALL[name][zone]
        small = self._network.subnets(new_prefix=_SMALL_PREFIX)
        return next(islice(small, index, None))
