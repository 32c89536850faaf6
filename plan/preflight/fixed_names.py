"""Whether a fixed name is taken by something that the stack does not know."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from plan.model.assembly import Assembly, Resource
from plan.preflight.account import Account, deployment_region
from plan.preflight.images import repositories
from plan.preflight.verdicts import Check, Missing, Ready, Verdict

Describe = Callable[[Any, str], object]


@dataclass(frozen=True, kw_only=True)
class NamedType:
    """A type of resource whose name we choose: the property with it, and how it is looked up."""

    property: str
    service: str
    describe: Describe
    absent: str
    """The error code of a name that nobody has."""


_CLUSTER = "AWS::EKS::Cluster"
_REPOSITORY = "AWS::ECR::Repository"
_TYPES = {
    _REPOSITORY: NamedType(
        property="RepositoryName",
        service="ecr",
        describe=lambda ecr, name: ecr.describe_repositories(repositoryNames=[name]),
        absent="RepositoryNotFoundException",
    ),
    _CLUSTER: NamedType(
        property="Name",
        service="eks",
        describe=lambda eks, name: eks.describe_cluster(name=name),
        absent="ResourceNotFoundException",
    ),
}


@dataclass(frozen=True, kw_only=True)
class NameFree:
    """A name that CloudFormation cannot give again while another resource has it."""

    resource: Resource
    region: str

    @property
    def _type(self) -> NamedType:
        return _TYPES[self.resource.type]

    @property
    def _name(self) -> str:
        return str(self.resource.properties[self._type.property])

    @property
    def title(self) -> str:
        return f"name {self._name}"

    def ask(self, account: Account) -> Verdict:
        stack = self.resource.stack
        if account.physical_id(self.resource, self.region) is not None:
            return Ready(f"of {stack}")
        try:
            self._type.describe(account.client(self._type.service, self.region), self._name)
        except ClientError as error:
            if error.response["Error"]["Code"] != self._type.absent:
                raise
            return Ready("free")
        return Missing(f"it exists, and is not of {stack}", f"npx cdk import {stack}")


def fixed_names(chosen: Assembly, whole: Assembly) -> Iterator[Check]:
    """Yield a check for each name that is ours to choose.

    The repositories of the images are made by a stack of `whole` on which no other depends.
    """
    pulled = repositories(chosen)
    for resource in (*chosen.of_type(_CLUSTER), *whole.of_type(_REPOSITORY)):
        name = resource.properties.get(_TYPES[resource.type].property)
        if isinstance(name, str) and (resource.type != _REPOSITORY or name in pulled):
            region = deployment_region(whole.stack(resource.stack))
            yield NameFree(resource=resource, region=region)
