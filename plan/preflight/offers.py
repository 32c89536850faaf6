"""Whether the zones offer the machines."""

from collections.abc import Iterator
from dataclasses import dataclass

from plan.model.assembly import Assembly
from plan.preflight.account import Account
from plan.preflight.machines import machines
from plan.preflight.verdicts import Check, Missing, Ready, Unknown, Verdict


@dataclass(frozen=True, kw_only=True)
class TypesOffered:
    """The types of a node group, of which each of its zones must offer at least one."""

    group: str
    region: str
    types: tuple[str, ...]
    zones: tuple[str, ...]

    @property
    def title(self) -> str:
        """Name the node group."""
        return f"zones of {self.group}"

    def ask(self, account: Account) -> Verdict:
        """Ask which zones offer the types; a zone's letter is the account's own."""
        if not all(zone.startswith(self.region) for zone in self.zones):
            return Unknown("the assembly leaves the zones to AWS")
        pages = account.client("ec2", self.region).get_paginator("describe_instance_type_offerings")
        filters = [{"Name": "instance-type", "Values": list(self.types)}]
        offered = {
            offer["Location"]
            for page in pages.paginate(LocationType="availability-zone", Filters=filters)
            for offer in page["InstanceTypeOfferings"]
        }
        types = ", ".join(self.types)
        if without := [zone for zone in self.zones if zone not in offered]:
            listing = (
                f"aws ec2 describe-instance-type-offerings --region {self.region} --location-type "
                f"availability-zone --filters Name=instance-type,Values={','.join(self.types)}"
            )
            return Missing(f"{', '.join(without)} without {types}", listing)
        return Ready(f"{types} in {', '.join(self.zones)}")


def offerings(chosen: Assembly) -> Iterator[Check]:
    """Yield a check for each node group."""
    for one in machines(chosen):
        types = tuple(machine.name for machine in one.types)
        yield TypesOffered(group=one.group, region=one.region, types=types, zones=one.zones)
