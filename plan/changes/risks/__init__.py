"""Risk rules of the diff."""

from collections.abc import Iterator, Sequence

from plan.changes import replacement
from plan.changes.nouns import Change, Risk, subject
from plan.changes.risks import (
    add_ons,
    addresses,
    between_stacks,
    contracts,
    creation,
    drains,
    exclusive,
    exposure,
    gaps,
    iam,
    identities,
    leftovers,
    lost_access,
    namespaces,
    network_policies,
    node_group_updates,
    node_pools,
    nodes,
    placement,
    pods,
    protections,
    queues,
    quotas,
    rbac,
    refused,
    restarts,
    scaling,
    secret_files,
    security_groups,
    stateful,
    subnets,
    versions,
    workflows,
)
from plan.changes.sides import Sides
from plan.model.failure import PlanError

_CHECKS = (
    stateful.check,
    refused.check,
    identities.check,
    subnets.check,
    replacement.check,
    leftovers.check,
    iam.check,
    lost_access.check,
    rbac.check,
    security_groups.check,
    network_policies.check,
    exposure.check,
    addresses.check,
    add_ons.check,
    nodes.check,
    drains.check,
    node_group_updates.check,
    node_pools.check,
    versions.check,
    restarts.check,
    creation.check,
    exclusive.check,
    placement.check,
    secret_files.check,
    pods.check,
    contracts.check,
    protections.check,
    scaling.check,
    queues.check,
    workflows.check,
)

_MALFORMED = (AttributeError, KeyError, TypeError)
"""Raised by a check for a string where the API has a list, and the like."""


def risks_of(changes: Sequence[Change], sides: Sides) -> Iterator[Risk]:
    """Yield the risks of each change, and of all together; raise `PlanError` for malformed ones."""
    for change in changes:
        try:
            for check in _CHECKS:
                yield from check(change, sides)
        except _MALFORMED as error:
            message = (
                f"{subject(change.item)} of stack {change.item.stack} holds a value that no API "
                f"accepts: {error!r}"
            )
            raise PlanError(message) from error
    yield from between_stacks.exports_in_use(changes, sides)
    yield from namespaces.renamed_namespaces(sides)
    yield from identities.moved_releases(sides)
    yield from gaps.unanswered(sides)
    yield from quotas.crowded(sides)
    yield from network_policies.selected_otherwise(sides)
    yield from between_stacks.pods_without_nodes(sides)
    yield from stateful.unprotected_stacks(sides)
    yield from leftovers.moved_objects(sides)
    yield from leftovers.dropped_stacks(sides)
