"""Whether the account's quotas allow what the assembly makes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from plan.model.assembly import Assembly, Resource
from plan.model.node_pools import SPOT
from plan.preflight.account import Account, deployment_region
from plan.preflight.instance_types import instance_demands
from plan.preflight.verdicts import Check, Missing, Ready, Unknown, Verdict


@dataclass(frozen=True, kw_only=True)
class ServiceQuota:
    """A quota of Service Quotas in a region."""

    name: str
    service: str
    code: str
    region: str

    def applied(self, account: Account) -> int:
        """Return the applied quota; AWS' default where no increase was requested."""
        client = account.client("service-quotas", self.region)
        which = {"ServiceCode": self.service, "QuotaCode": self.code}
        try:
            answer = client.get_service_quota(**which)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchResourceException":
                raise
            answer = client.get_aws_default_service_quota(**which)
        return int(answer["Quota"]["Value"])

    def judge(self, needed: int, applied: int, found: str) -> Verdict:
        """Compare, and say how to ask for more, which AWS may take days to grant."""
        if needed <= applied:
            return Ready(found)
        increase = (
            f"aws service-quotas request-service-quota-increase --region {self.region} "
            f"--service-code {self.service} --quota-code {self.code} --desired-value {needed}"
        )
        return Missing(found, increase)


@dataclass(frozen=True, kw_only=True)
class _Families:
    """Instance families that share a quota on demand, and another one as spot."""

    name: str
    families: frozenset[str]
    on_demand: str
    spot: str


# Codes as `aws service-quotas list-service-quotas --service-code ec2` tells them, and vpc below.
_VCPU_QUOTAS = (
    _Families(
        name="standard",
        families=frozenset("acdhimrtz"),
        on_demand="L-1216C47A",
        spot="L-34B43A08",
    ),
    _Families(
        name="G and VT",
        families=frozenset(("g", "vt")),
        on_demand="L-DB2E81BA",
        spot="L-3819A6DF",
    ),
)


@dataclass(frozen=True, kw_only=True)
class VcpuQuota:
    """The processors of all node groups that share a quota.

    What else runs in the account is not counted: EC2 tells no figure that has this assembly's own
    nodes taken out.
    """

    quota: ServiceQuota
    vcpus: int
    groups: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"{self.quota.name}, {self.quota.region}"

    def ask(self, account: Account) -> Verdict:
        applied = self.quota.applied(account)
        found = f"{self.vcpus} of {applied} for {', '.join(self.groups)} at maximum"
        return self.quota.judge(self.vcpus, applied, found)


@dataclass(frozen=True, kw_only=True)
class NoVcpuQuota:
    """A type whose quota is not in the table above."""

    family: str
    group: str

    @property
    def title(self) -> str:
        return f"vCPU of {self.family}"

    def ask(self, _account: Account) -> Verdict:
        return Unknown(f"the quota of this family, which {self.group} uses, is not known here")


@dataclass(frozen=True, kw_only=True)
class RegionalQuota:
    """Things of which an account has few in a region: those there, and those still to be made."""

    quota: ServiceQuota
    resources: tuple[Resource, ...]
    operation: str
    field: str
    """What lists them: an operation of EC2, and where its answer has them."""

    @property
    def title(self) -> str:
        return f"{self.quota.name}, {self.quota.region}"

    def ask(self, account: Account) -> Verdict:
        region = self.quota.region
        new = sum(account.physical_id(one, region) is None for one in self.resources)
        ec2 = account.client("ec2", region)
        there = len(getattr(ec2, self.operation)()[self.field])
        applied = self.quota.applied(account)
        return self.quota.judge(
            there + new, applied, f"{there} there and {new} to be made, of {applied}"
        )


def vcpu_quotas(chosen: Assembly) -> Iterator[Check]:
    """Yield a check for each quota that node groups draw on."""
    drawn: dict[ServiceQuota, dict[str, int]] = defaultdict(dict)
    for one in instance_demands(chosen):
        for family in sorted({machine.name.partition(".")[0] for machine in one.types}):
            for capacity in one.capacities:
                quota = _quota(family, one.region, is_spot=capacity == SPOT)
                if quota:
                    drawn[quota][one.group] = one.vcpus
            if not _quota(family, one.region, is_spot=False):
                yield NoVcpuQuota(family=family, group=one.group)
    for quota, groups in drawn.items():
        yield VcpuQuota(quota=quota, vcpus=sum(groups.values()), groups=tuple(groups))


def count_quotas(chosen: Assembly) -> Iterator[Check]:
    kinds = (
        ("elastic IP addresses", "ec2", "L-0263D0A3", "AWS::EC2::EIP", "addresses"),
        ("VPCs", "vpc", "L-F678F1CE", "AWS::EC2::VPC", "vpcs"),
    )
    for name, service, code, kind, listed in kinds:
        made: dict[str, list[Resource]] = defaultdict(list)
        for resource in chosen.of_type(kind):
            made[deployment_region(chosen.stack(resource.stack))].append(resource)
        for region, resources in made.items():
            yield RegionalQuota(
                quota=ServiceQuota(name=name, service=service, code=code, region=region),
                resources=tuple(resources),
                operation=f"describe_{listed}",
                field=listed.capitalize(),
            )


def _quota(family: str, region: str, *, is_spot: bool) -> ServiceQuota | None:
    """Return the quota of a family such as `g4dn`: by the letters before its generation."""
    letters = re.split(r"\d", family, maxsplit=1)[0]
    for table in _VCPU_QUOTAS:
        if letters in table.families:
            code, kind = (table.spot, "spot") if is_spot else (table.on_demand, "on demand")
            name = f"vCPU {kind}, {table.name}"
            return ServiceQuota(name=name, service="ec2", code=code, region=region)
    return None
