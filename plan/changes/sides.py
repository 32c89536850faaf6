"""The two assemblies of a comparison, and their items by identity."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from plan.changes.nouns import Item
from plan.model.assembly import Assembly, Resource, Stack
from plan.model.kubernetes import (
    CHART,
    MANIFEST,
    HelmRelease,
    KubernetesObject,
    helm_releases,
    kubernetes_objects,
)

Key = tuple[str | None, ...]
"""The identity of an item: with the same key it is updated, whatever else changes."""

_METADATA = "AWS::CDK::Metadata"


@dataclass(frozen=True)
class Side:
    """One of the two assemblies of a comparison."""

    assembly: Assembly

    @cached_property
    def objects(self) -> tuple[KubernetesObject, ...]:
        return tuple(kubernetes_objects(self.assembly))

    @cached_property
    def items(self) -> Mapping[Key, Item]:
        """Return all that can change, without the CDK's metadata.

        A Helm release stands for the resource that installs it.
        """
        items: list[Item] = [
            resource
            for resource in self.assembly.resources
            if resource.type not in {_METADATA, CHART}
        ]
        items += [*helm_releases(self.assembly), *self.objects]
        return {key(item): item for item in items}

    def twin(self, item: Item) -> Item | None:
        """Return the item with the same key on this side."""
        return self.items.get(key(item))

    def resource(self, stack: str, logical_id: str) -> Resource | None:
        found = self.items.get((stack, logical_id))
        return found if isinstance(found, Resource) else None


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The two assemblies of a comparison."""

    before: Side
    """Only the stacks that the other side has too: a deploy touches no others."""
    after: Side
    deployed: tuple[Stack, ...]
    """All stacks of before, also those that are not compared."""
    dropped: tuple[Stack, ...]
    """Stacks of before that the app no longer defines."""


def key(item: Item) -> Key:
    match item:
        case Resource():
            return (item.stack, item.logical_id)
        case KubernetesObject():
            # Two API versions of one group serve the same object.
            group = item.api_version.rpartition("/")[0]
            return (item.cluster, group, item.kind, item.namespace, item.name)
        case HelmRelease():
            return (item.cluster, "helm", item.namespace, item.name)


def is_manifest(item: Item) -> bool:
    """Whether a resource only applies Kubernetes objects, which are items themselves."""
    return isinstance(item, Resource) and item.type == MANIFEST
