"""The two assemblies of a comparison, and their items by identity."""

from collections import Counter
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

    @cached_property
    def moved_namespaces(self) -> Mapping[tuple[str, str], str | None]:
        """Return the namespaces that go, by cluster and name, and where their objects are then.

        None where they are nowhere.
        """
        gone = [
            (one.cluster, one.name)
            for one in self.before.objects
            if one.kind == "Namespace" and self.after.twin(one) is None
        ]
        return {where: self._successor(*where) for where in gone}

    def goes_with_its_namespace(self, item: Item) -> bool:
        """Whether Kubernetes deletes an object of before together with its namespace."""
        return (
            isinstance(item, KubernetesObject)
            and item.namespace is not None
            and (item.cluster, item.namespace) in self.moved_namespaces
        )

    def predecessor(self, item: Item) -> KubernetesObject | None:
        """Return the object of the same name in a namespace that moves to that of an object."""
        if not isinstance(item, KubernetesObject):
            return None
        for (cluster, old), new in self.moved_namespaces.items():
            if cluster == item.cluster and new == item.namespace:
                found = self.before.items.get((*key(item)[:3], old, item.name))
                return found if isinstance(found, KubernetesObject) else None
        return None

    def _successor(self, cluster: str, namespace: str) -> str | None:
        """Return the new namespace that has most of what an old one had."""
        had = {
            (one.kind, one.name)
            for one in self.before.objects
            if (one.cluster, one.namespace) == (cluster, namespace)
        }
        found = Counter(
            one.namespace
            for one in self.after.objects
            if one.cluster == cluster
            and (one.kind, one.name) in had
            and self.before.twin(one) is None
        )
        return found.most_common(1)[0][0] if found else None


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
