"""What follows from changes, and people miss."""

from collections.abc import Iterator, Sequence

from plan.changes.consequences import (
    access,
    kubernetes_access,
    leftovers,
    migrations,
    network_policies,
    nodes,
    pods,
    protection,
    queues,
    reach,
    refused,
    replacements,
    restarts,
    scaling,
    security_groups,
    stateful,
    unchangeable,
    versions,
    workflows,
)
from plan.changes.nouns import Change, Finding, subject
from plan.changes.sides import Sides
from plan.model.failure import PlanError

_LOOKS = (
    stateful.look,
    protection.look,
    refused.look,
    replacements.look,
    unchangeable.look,
    leftovers.look,
    access.look,
    kubernetes_access.look,
    security_groups.look,
    network_policies.look,
    reach.look,
    nodes.look,
    versions.look,
    restarts.look,
    pods.look,
    scaling.look,
    queues.look,
    workflows.look,
    migrations.look,
)


_MISSHAPEN = (AttributeError, KeyError, TypeError)
"""What comes of a text where a list should be and the like; nobody can check every shape."""


def findings(changes: Sequence[Change], sides: Sides) -> Iterator[Finding]:
    """Yield what follows from each change, and from all of them together; raise `PlanError`."""
    for change in changes:
        try:
            for look in _LOOKS:
                yield from look(change, sides)
        except _MISSHAPEN as error:
            message = (
                f"{subject(change.item)} of stack {change.item.stack} holds a value of a form that "
                f"no cloud would take: {error!r}"
            )
            raise PlanError(message) from error
    yield from refused.exports_in_use(changes, sides)
    yield from protection.of_stacks(sides)
    yield from leftovers.of_manifests(sides)
    yield from leftovers.of_stacks(sides)
