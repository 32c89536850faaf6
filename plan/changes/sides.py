"""What an assembly holds, findable by who it is, before and after."""

from collections.abc import Iterator, Mapping
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

_METADATA = "AWS::CDK::Metadata"
Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Side:
    """One of the two assemblies of a comparison."""

    assembly: Assembly

    @cached_property
    def objects(self) -> tuple[KubernetesObject, ...]:
        """Return its Kubernetes objects."""
        return tuple(kubernetes_objects(self.assembly))

    @cached_property
    def items(self) -> Mapping[Key, Item]:
        """Return all that can change: the CDK's own book-keeping is left out.

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
        """Return the same thing as it is on this side; None if it is not there."""
        return self.items.get(key(item))

    def resource(self, stack: str, logical_id: str) -> Resource | None:
        """Return a resource; None if it is not there."""
        found = self.items.get((stack, logical_id))
        return found if isinstance(found, Resource) else None

    def objects_of(self, kind: str) -> Iterator[KubernetesObject]:
        """Yield the Kubernetes objects of a kind."""
        return (thing for thing in self.objects if thing.kind == kind)


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The two assemblies of a comparison."""

    before: Side
    """Only the stacks that the other side has too: a deploy touches no others."""
    after: Side
    deployed: tuple[Stack, ...]
    """All stacks of before, also those that are not compared."""
    dropped: tuple[Stack, ...]
    """Those that would be compared, had the app them still."""


def key(item: Item) -> Key:
    """Return who a thing is: with the same key it is updated in place, whatever else changes."""
    match item:
        case Resource():
            return (item.stack, item.logical_id)
        case KubernetesObject():
            # The version of an API is only a view of the object.
            group = item.api_version.rpartition("/")[0]
            return (item.cluster, group, item.kind, item.namespace, item.name)
        case HelmRelease():
            return (item.cluster, "helm", item.namespace, item.name)


def is_carrier(item: Item) -> bool:
    """Whether a resource is only how Kubernetes objects, which are items too, get there."""
    return isinstance(item, Resource) and item.type == MANIFEST
