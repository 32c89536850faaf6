"""The Kubernetes objects and Helm releases that an assembly applies to its clusters."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from plan.model.assembly import Assembly, PlanError, Resource

MANIFEST = "Custom::AWSCDK-EKS-KubernetesResource"
CHART = "Custom::AWSCDK-EKS-HelmChart"
_OF_NODES = "NodePool"
"""Its template is one of nodes."""
_PRUNE_LABEL = "aws.cdk.eks/prune-"
"""The CDK marks each object with its manifest; it says nothing to a person."""


@dataclass(frozen=True, kw_only=True)
class KubernetesObject:
    """An object as kubectl applies it, without the label that the CDK adds for itself."""

    resource: Resource
    """The CloudFormation resource that applies it."""
    service: str
    """Whom a person would say it belongs to."""
    api_version: str
    kind: str
    namespace: str | None
    """None where the manifest names none: cluster-wide, or the default namespace."""
    name: str
    document: Mapping[str, Any] = field(repr=False, hash=False)

    @property
    def stack(self) -> str:
        return self.resource.stack

    @property
    def cluster(self) -> str:
        """Return the cluster it is applied to, as `${Stack/LogicalId}`."""
        return _cluster(self.resource)

    @property
    def workload(self) -> Mapping[str, Any]:
        """Return the specification that holds the template of its pods, if it makes any."""
        spec: Mapping[str, Any] = self.document.get("spec") or {}
        if self.kind == "CronJob":
            spec = (spec.get("jobTemplate") or {}).get("spec") or {}
        return spec

    @property
    def pod_template(self) -> Mapping[str, Any] | None:
        """Return the template of its pods; None if it makes none."""
        if self.kind == _OF_NODES:
            return None
        template: Mapping[str, Any] | None = self.workload.get("template")
        return template if isinstance(template, Mapping) and "spec" in template else None

    @property
    def containers(self) -> tuple[Mapping[str, Any], ...]:
        """Return all containers in it, in whatever depth; what has some may make pods."""
        return tuple(_containers(self.document))


@dataclass(frozen=True, kw_only=True)
class HelmRelease:
    """A chart that the kubectl handler installs."""

    resource: Resource
    service: str
    name: str
    namespace: str
    chart: str
    repository: str | None
    version: str | None
    values: Mapping[str, Any] = field(repr=False, hash=False)

    @property
    def stack(self) -> str:
        return self.resource.stack

    @property
    def cluster(self) -> str:
        """Return the cluster it is installed in, as `${Stack/LogicalId}`."""
        return _cluster(self.resource)


def kubernetes_objects(assembly: Assembly) -> list[KubernetesObject]:
    """Return all objects, in the order of stacks and templates; raise `PlanError` on bad JSON."""
    return [
        _object(resource, document)
        for resource in assembly.of_type(MANIFEST)
        for document in _documents(resource)
    ]


def helm_releases(assembly: Assembly) -> list[HelmRelease]:
    """Return all Helm releases; raise `PlanError` if the values of one are no JSON."""
    return [_release(resource) for resource in assembly.of_type(CHART)]


def cluster_of(assembly: Assembly, one: KubernetesObject | HelmRelease | Resource) -> str:
    """Return the one name of the cluster that something is for, in whatever stack it is.

    `Stack/LogicalId` of a cluster in the assembly, else what the reference says.
    """
    resource = one if isinstance(one, Resource) else one.resource
    return named(assembly, resource.stack, str(resource.properties.get("ClusterName")))


InClusterT = TypeVar("InClusterT", KubernetesObject, HelmRelease, Resource)


def in_cluster(assembly: Assembly, cluster: str, things: Iterable[InClusterT]) -> list[InClusterT]:
    """Return those that are for a cluster, which is named as `cluster_of` does."""
    return [one for one in things if cluster_of(assembly, one) == cluster]


def named(assembly: Assembly, stack: str, reference: str) -> str:
    """Return one name for what a reference means, seen from a stack."""
    target = assembly.target(stack, reference)
    return f"{target.stack}/{target.logical_id}" if target else reference


def _containers(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _containers(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            match name, item:
                case "containers" | "initContainers", list():
                    yield from (one for one in item if isinstance(one, dict))
                case "container" | "script", {"image": _}:  # of a template of Argo
                    yield item
                case _:
                    yield from _containers(item)


def _documents(resource: Resource) -> Iterator[Mapping[str, Any]]:
    documents = _parsed(resource, "Manifest")
    for document in documents if isinstance(documents, list) else [documents]:
        if not isinstance(document, dict) or not _is_object(document):
            message = f"{_named(resource)} holds something that is no Kubernetes object"
            raise PlanError(message)
        yield document


def _is_object(document: Mapping[str, Any]) -> bool:
    match document:
        case {"apiVersion": str(), "kind": str(), "metadata": {"name": str(), **metadata}}:
            labels = metadata.get("labels") or {}
            return (
                isinstance(metadata.get("namespace", ""), str)
                and isinstance(labels, dict)
                and all(isinstance(value, str) for value in labels.values())
            )
        case _:
            return False


def _object(resource: Resource, document: Mapping[str, Any]) -> KubernetesObject:
    metadata = document["metadata"]
    labels = {
        name: value
        for name, value in (metadata.get("labels") or {}).items()
        if not name.startswith(_PRUNE_LABEL)
    }
    whose = labels.get("app.kubernetes.io/name") or labels.get("app.kubernetes.io/part-of")
    shown = {name: value for name, value in metadata.items() if name != "labels"}
    return KubernetesObject(
        resource=resource,
        service=whose or resource.service,
        api_version=document["apiVersion"],
        kind=document["kind"],
        namespace=metadata.get("namespace"),
        name=metadata["name"],
        document={**document, "metadata": shown | ({"labels": labels} if labels else {})},
    )


def _release(resource: Resource) -> HelmRelease:
    properties = resource.properties
    return HelmRelease(
        resource=resource,
        service=resource.service,
        name=str(properties["Release"]),
        namespace=str(properties.get("Namespace", "default")),
        chart=str(properties.get("Chart") or properties.get("ChartAssetURL")),
        repository=properties.get("Repository"),
        version=properties.get("Version"),
        values=_values(resource) if "Values" in properties else {},
    )


def _values(resource: Resource) -> Mapping[str, Any]:
    match _parsed(resource, "Values"):
        case dict(values):
            return values
        case _:
            message = f"{_named(resource)}: its property Values is no JSON object"
            raise PlanError(message)


def _parsed(resource: Resource, name: str) -> object:
    try:
        return json.loads(resource.properties[name])
    except (KeyError, TypeError, ValueError) as error:
        message = f"{_named(resource)}: its property {name} is no JSON: {error}"
        raise PlanError(message) from error


def _cluster(resource: Resource) -> str:
    """Name the cluster alike, whether it is in the stack of the resource or in another."""
    name = str(resource.properties.get("ClusterName"))
    return name if "/" in name else name.replace("${", f"${{{resource.stack}/")


def _named(resource: Resource) -> str:
    return f"{resource.logical_id} in stack {resource.stack}"
