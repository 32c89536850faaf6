"""Which policies a role has, and which role a resource runs with."""

from collections.abc import Iterable

from plan.model.assembly import Assembly, Resource

POLICY = "AWS::IAM::Policy"
_ROLES = ("Role", "RoleArn")
"""By which property a function or a state machine names its role."""


def roles_of(assembly: Assembly, members: Iterable[Resource]) -> list[Resource]:
    """Return the roles of functions and state machines, as far as the assembly holds them."""
    found = [
        assembly.target(one.stack, str(one.properties.get(name)))
        for one in members
        for name in _ROLES
    ]
    return list(dict.fromkeys(role for role in found if role))


def policies_of(assembly: Assembly, roles: Iterable[Resource]) -> list[Resource]:
    wanted = list(roles)
    return [
        policy
        for policy in assembly.of_type(POLICY)
        if any(
            assembly.target(policy.stack, str(role)) in wanted
            for role in policy.properties.get("Roles", ())
        )
    ]
