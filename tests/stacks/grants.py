"""What the roles of a stack may do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from plan.model.assembly import Resource, Stack
from tests.stacks.synths import everything


class Allowed(NamedTuple):
    """Actions on resources, under a condition if there is one."""

    actions: frozenset[str]
    resources: frozenset[str]
    condition: str = ""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One statement of a policy."""

    path: str
    """Of the policy, in its stack."""
    allowed: Allowed

    @property
    def actions(self) -> frozenset[str]:
        return self.allowed.actions

    @property
    def resources(self) -> frozenset[str]:
        return self.allowed.resources


def allowed(actions: set[str], *resources: str, condition: str = "") -> Allowed:
    return Allowed(frozenset(actions), frozenset(resources), condition)


def grants(name: str) -> Iterator[Grant]:
    """Yield every statement of a stack about what its roles may do."""
    for path, document in _policies(everything().assembly.stack(name)):
        for statement in document["Statement"]:
            assert statement["Effect"] == "Allow"
            yield Grant(
                path=path,
                allowed=Allowed(
                    frozenset(_listed(statement["Action"])),
                    frozenset(_listed(statement["Resource"])),
                    str(statement.get("Condition", "")),
                ),
            )


def pod_roles(name: str) -> dict[str, Resource]:
    """Return the roles that pods may take, by `namespace/service account`."""
    assembly = everything().assembly
    roles = {}
    for given in assembly.stack(name).of_type("AWS::EKS::PodIdentityAssociation"):
        pods = f"{given.properties['Namespace']}/{given.properties['ServiceAccount']}"
        role = assembly.target(name, given.properties["RoleArn"])
        assert role
        roles[pods] = role
    return roles


def grants_of(role: Resource) -> set[Allowed]:
    """Return all that a role may do, nothing being given to it by AWS' own policies."""
    assert "ManagedPolicyArns" not in role.properties
    construct = role.path.removesuffix("Resource")
    return {grant.allowed for grant in grants(role.stack) if grant.path.startswith(construct)}


def principals(role: Resource) -> Mapping[str, Any]:
    """Return who may take a role."""
    (statement,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    principal: Mapping[str, Any] = statement["Principal"]
    return principal


def _policies(stack: Stack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the policies attached to roles, and those written inside them."""
    for policy in stack.of_type("AWS::IAM::Policy"):
        yield policy.path, policy.properties["PolicyDocument"]
    for role in stack.of_type("AWS::IAM::Role"):
        for policy in role.properties.get("Policies", []):
            yield role.path, policy["PolicyDocument"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
