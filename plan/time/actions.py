"""What CloudFormation does with each resource of a deploy."""

from collections.abc import Collection

from plan.model.assembly import Assembly, Resource
from plan.time.finding import Action

Key = tuple[str, str]
"""Stack and logical id."""


def first_actions(assembly: Assembly) -> dict[Key, Action]:
    """Return what a first deploy does: it creates everything."""
    return {_key(resource): "create" for resource in assembly.resources}


def change_actions(
    before: Assembly, after: Assembly, replaced: Collection[Key]
) -> dict[Key, Action]:
    """Return what the deploy of a change does.

    Values are compared as CloudFormation does, with hashes and all; `replaced` holds what cannot
    change in place.
    """
    was = {_key(resource): resource for resource in before.resources}
    will_be = {_key(resource): resource for resource in after.resources}
    found: dict[Key, Action] = {}
    for key, resource in will_be.items():
        if key not in was:
            found[key] = "create"
        elif key in replaced:
            found[key] = "replace"
        elif _differ(was[key], resource):
            found[key] = "update"
    return found | dict.fromkeys(was.keys() - will_be.keys(), "delete")


def _differ(before: Resource, after: Resource) -> bool:
    return (before.type, before.properties) != (after.type, after.properties)


def _key(resource: Resource) -> Key:
    return resource.stack, resource.logical_id
