"""What CloudFormation does with the resources of a stack, and how long that takes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from catalog.durations import Action as Doing
from catalog.durations import resource_duration, step_duration
from plan.model.assembly import Assembly, Resource, Stack
from plan.model.failure import PlanError
from plan.time.finding import Action, Step, step, total

_KEPT = "Retain"
_BETWEEN = "between two resources"


def resource_step(resource: Resource, action: Action) -> Step:
    """Return the step of a resource; a replacement is another creation."""
    doing: Doing = "create" if action == "replace" else action
    duration = resource_duration(_variant(resource), doing)
    return step(resource.path, f"{action} {resource.type}", duration)


def made(
    stack: Stack, actions: Mapping[str, Action], waits: Mapping[str, tuple[Step, ...]]
) -> tuple[Step, ...]:
    """Return the critical path of what is created, updated and replaced.

    `waits` holds what a resource waits for outside of CloudFormation, by logical id.
    """
    steps = {
        logical_id: (_pause(), resource_step(stack.resources[logical_id], action))
        for logical_id, action in actions.items()
        if action != "delete"
    }
    waiting = {logical_id: (*own, *waits.get(logical_id, ())) for logical_id, own in steps.items()}
    order = {name: resource.depends_on for name, resource in stack.resources.items()}
    return _paused_once(critical_path(waiting, order))


def removed(before: Stack | None, actions: Mapping[str, Action]) -> tuple[Step, ...]:
    """Return the critical path of the deletions that end an update, users before the used."""
    if before is None:
        return ()
    steps = {
        logical_id: (_pause(), resource_step(before.resources[logical_id], "delete"))
        for logical_id, action in actions.items()
        if action in {"delete", "replace"} and not _is_kept(before.resources[logical_id], action)
    }
    order: dict[str, set[str]] = {name: set() for name in before.resources}
    for name, resource in before.resources.items():
        for used in resource.depends_on:
            order[used].add(name)
    return _paused_once(critical_path(steps, order))


def _is_kept(resource: Resource, action: Action) -> bool:
    policy = resource.deletion_policy if action == "delete" else resource.update_replace_policy
    return policy == _KEPT


def _pause() -> Step:
    return step("CloudFormation", _BETWEEN, step_duration(_BETWEEN))


def _paused_once(path: tuple[Step, ...]) -> tuple[Step, ...]:
    """Say all pauses of a path in one step; before the first resource there is none."""
    pauses = [one for one in path if one.what == _BETWEEN][1:]
    steps = tuple(one for one in path if one.what != _BETWEEN)
    return (*steps, replace(pauses[0], times=len(pauses))) if pauses else steps


def _variant(resource: Resource) -> str:
    """Return the type as the catalog of durations names it."""
    match resource.type, resource.properties:
        case "AWS::RDS::DBInstance", {"MultiAZ": True | "true"}:
            return f"{resource.type}, multi-az"
        case "AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Interface"}:
            return f"{resource.type}, interface"
        case "AWS::Lambda::Function", {"VpcConfig": dict()}:
            return f"{resource.type}, in a VPC"
    return resource.type


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


def critical_path(
    steps: Mapping[str, tuple[Step, ...]], waits_for: Mapping[str, Iterable[str]]
) -> tuple[Step, ...]:
    """Return the steps of the slowest chain; what has no steps takes no time but keeps its place.

    Slowest means by the upper ends; `PlanError` if things wait for one another in a circle.
    """
    best: dict[str, tuple[Step, ...]] = {}
    # Of chains that take as long, the same one in every run.
    waits_for = {name: sorted(earlier) for name, earlier in waits_for.items()}
    try:
        order = list(TopologicalSorter(waits_for).static_order())
    except CycleError as error:
        message = f"these wait for one another: {', '.join(sorted(set(error.args[1])))}"
        raise PlanError(message) from error
    for name in order:
        earlier = (best[other] for other in waits_for.get(name, ()))
        best[name] = (*max(earlier, key=_slowest, default=()), *steps.get(name, ()))
    return max(best.values(), key=_slowest, default=())


def _slowest(path: tuple[Step, ...]) -> tuple[int, int]:
    time = total(step.seconds for step in path)
    return time.high, time.low
