"""What the roles of an assembly may do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.stacks.assembly import Assembly, Resource, Stack


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One statement of a policy; resources are spelled as one text each."""

    path: str
    """Of the policy, in its stack."""
    actions: frozenset[str]
    resources: frozenset[str]
    condition: str = ""


def grants(assembly: Assembly, stack: str) -> Iterator[Grant]:
    """Yield every statement of a stack about what its roles may do."""
    for path, document in _policies(assembly.stacks[stack]):
        for statement in document["Statement"]:
            assert statement["Effect"] == "Allow"
            yield Grant(
                path=path,
                actions=frozenset(_listed(statement["Action"])),
                resources=frozenset(
                    assembly.spell(stack, resource) for resource in _listed(statement["Resource"])
                ),
                condition=str(statement.get("Condition", "")),
            )


def pod_roles(assembly: Assembly, stack: str) -> dict[str, Resource]:
    """Return the roles that pods may take, by `namespace/service account`."""
    roles = {role.logical_id: role for role in assembly.stacks[stack].of_type("AWS::IAM::Role")}
    return {
        f"{given.properties['Namespace']}/{given.properties['ServiceAccount']}": roles[
            given.properties["RoleArn"]["Fn::GetAtt"][0]
        ]
        for given in assembly.stacks[stack].of_type("AWS::EKS::PodIdentityAssociation")
    }


def grants_of(assembly: Assembly, role: Resource) -> set[Grant]:
    """Return all that a role may do, nothing being given to it by AWS' own policies."""
    assert "ManagedPolicyArns" not in role.properties
    construct = role.path.removesuffix("Resource")
    return {grant for grant in grants(assembly, role.stack) if grant.path.startswith(construct)}


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
