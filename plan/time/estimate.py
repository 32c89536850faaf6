"""Puts the time of a deploy together."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from catalog.durations import step_duration
from plan.model.assembly import Assembly, Stack
from plan.model.clusters import Placement
from plan.model.load_balancers import ingress_groups
from plan.time.cloudformation import (
    Key,
    change_actions,
    critical_path,
    first_actions,
    made,
    removed,
)
from plan.time.finding import Action, DeployTime, StackTime, Step, step
from plan.time.gates import AppliedObjects, gate_steps


def time_of_first_deploy(assembly: Assembly, placements: Iterable[Placement]) -> DeployTime:
    """Return how long the deploy into an account without any of the stacks takes."""
    return _deploy(AppliedObjects(assembly, tuple(placements)), None, first_actions(assembly))


def time_of_change(
    before: Assembly,
    after: Assembly,
    *,
    replaced: Collection[Key],
    placements: Iterable[Placement],
) -> DeployTime:
    """Return how long the deploy of a change takes; raise `PlanError` for an unreadable object.

    `replaced` names by stack and logical id what CloudFormation cannot change in place;
    `placements` are those of the assembly after the change.
    """
    pods = AppliedObjects(after, tuple(placements))
    return _deploy(pods, before, change_actions(before, after, replaced))


def _deploy(
    pods: AppliedObjects, before: Assembly | None, actions: Mapping[Key, Action]
) -> DeployTime:
    after, were = pods.assembly, AppliedObjects(before) if before else None
    earlier = {stack.name: stack for stack in before.stacks} if before else {}
    stacks = tuple(
        _stack(stack, earlier.get(stack.name), actions, gate_steps(stack, pods, were))
        for stack in after.stacks
    )
    return DeployTime(
        stacks=stacks, chain=_chain(after, stacks), notes=tuple(_notes(after, before))
    )


def _stack(
    stack: Stack,
    before: Stack | None,
    actions: Mapping[Key, Action],
    waits: Mapping[str, tuple[Step, ...]],
) -> StackTime:
    own = {name: action for (where, name), action in actions.items() if where == stack.name}
    handling = "stack" if own else "stack without a change"
    return StackTime(
        name=stack.name,
        actions=Counter(own.values()),
        steps=(
            step("cdk", handling, step_duration(handling)),
            *made(stack, own, waits),
            *removed(before, own),
        ),
    )


def _chain(assembly: Assembly, stacks: tuple[StackTime, ...]) -> tuple[str, ...]:
    """Return the stacks that decide when each starts as soon as those it waits for are there."""
    as_steps = {
        stack.name: (
            Step(subject=stack.name, what="stack", each=stack.seconds, mark="A", source=""),
        )
        for stack in stacks
    }
    order = {stack.name: stack.depends_on for stack in assembly.stacks}
    return tuple(one.subject for one in critical_path(as_steps, order))


def _notes(after: Assembly, before: Assembly | None) -> Iterator[str]:
    known = {group.key for group in ingress_groups(before)} if before else set()
    time = step_duration("load balancer")
    for group in ingress_groups(after):
        if group.key not in known:
            yield (
                f"the load balancer {group.name} answers {time.low} to {time.high} s after its "
                f"Ingress is applied, no resource waits for it ({time.mark})"
            )
    stacks = {stack.name for stack in after.stacks}
    for stack in before.stacks if before else ():
        if stack.name not in stacks:
            yield f"stack {stack.name} is no longer there, cdk deploy leaves it as it is"
