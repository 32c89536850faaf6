"""The Kubernetes objects that an assembly applies, taken out of its templates."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.stacks.assembly import Assembly, Resource

MANIFEST = "Custom::AWSCDK-EKS-KubernetesResource"
CHART = "Custom::AWSCDK-EKS-HelmChart"
_PRUNE = "aws.cdk.eks/prune-"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A resource of the kubectl handler and the objects in it."""

    resource: Resource
    objects: tuple[dict[str, Any], ...]

    def has(self, kind: str) -> bool:
        """Whether an object of the kind is in it."""
        return any(thing["kind"] == kind for thing in self.objects)


def manifests(assembly: Assembly, stack: str) -> list[Manifest]:
    """Return what a stack applies; values that CloudFormation fills in are spelled `${…}`."""
    return [
        Manifest(
            resource=resource,
            objects=tuple(
                _without_prune_label(thing)
                for thing in json.loads(assembly.spell(stack, resource.properties["Manifest"]))
            ),
        )
        for resource in assembly.stacks[stack].of_type(MANIFEST)
    ]


def identity(thing: dict[str, Any]) -> str:
    """Name an object as kubectl does: where it is, its kind, its name."""
    metadata = thing["metadata"]
    return "/".join((metadata.get("namespace", "-"), thing["kind"], metadata["name"]))


def pods_of(thing: dict[str, Any]) -> dict[str, Any] | None:
    """Return the pod template of whatever makes pods."""
    template: dict[str, Any] | None = thing.get("spec", {}).get("template")
    return template


def containers_of(thing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every container of whatever makes pods, those that only prepare too."""
    if pods := pods_of(thing):
        yield from pods["spec"].get("initContainers", [])
        yield from pods["spec"]["containers"]


def _without_prune_label(thing: dict[str, Any]) -> dict[str, Any]:
    """Take off the one label that the CDK puts on for itself."""
    metadata = thing["metadata"]
    labels = metadata["labels"].items()
    return thing | {
        "metadata": metadata
        | {"labels": {name: value for name, value in labels if not name.startswith(_PRUNE)}}
    }
