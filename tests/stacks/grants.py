"""What the roles of an assembly may do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.stacks.assembly import Assembly, Resource


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One statement of a policy; resources are spelled as one text each."""

    path: str
    """Of the policy, in its stack."""
    actions: frozenset[str]
    resources: frozenset[str]
    condition: str = ""


def grants(assembly: Assembly, stack: str) -> Iterator[Grant]:
    """Yield every statement that a stack attaches to a role of its own."""
    for policy in assembly.stacks[stack].of_type("AWS::IAM::Policy"):
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            yield Grant(
                path=policy.path,
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
    """Return all that a role may do, its own policies being the only ones."""
    assert "ManagedPolicyArns" not in role.properties
    assert "Policies" not in role.properties
    construct = role.path.removesuffix("Resource")
    return {grant for grant in grants(assembly, role.stack) if grant.path.startswith(construct)}


def principals(role: Resource) -> Mapping[str, Any]:
    """Return who may take a role."""
    (statement,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    principal: Mapping[str, Any] = statement["Principal"]
    return principal


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
