"""Small cloud assemblies, written as a synth writes them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plan.model.assembly import Assembly, assemble
from plan.model.sources import StackSource

REGION = "ap-northeast-2"
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Written:
    """A stack as a test writes it."""

    name: str
    resources: Mapping[str, Document]
    depends_on: Sequence[str] = ()
    outputs: Mapping[str, Document] = field(default_factory=dict)
    conditions: Mapping[str, Document] = field(default_factory=dict)
    environment: str = f"aws://unknown-account/{REGION}"
    is_protected: bool = False

    @property
    def template(self) -> Document:
        return {
            "Resources": dict(self.resources),
            "Outputs": dict(self.outputs),
            "Conditions": dict(self.conditions),
        }


def write(directory: Path, *stacks: Written) -> Path:
    """Write an assembly of these stacks, and return its directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for stack in stacks:
        (directory / f"{stack.name}.template.json").write_text(json.dumps(stack.template))
    artifacts: Document = {
        stack.name: {
            "type": "aws:cloudformation:stack",
            "environment": stack.environment,
            "properties": {
                "templateFile": f"{stack.name}.template.json",
                "terminationProtection": stack.is_protected,
            },
            "dependencies": [f"{stack.name}.assets", *stack.depends_on],
        }
        for stack in stacks
    }
    assets = {f"{stack.name}.assets": {"type": "cdk:asset-manifest"} for stack in stacks}
    manifest = {"version": "55.0.0", "artifacts": assets | artifacts}
    (directory / "manifest.json").write_text(json.dumps(manifest))
    return directory


def assembled(*stacks: Written) -> Assembly:
    """Return the assembly of these stacks as it is read, without writing it."""
    return assemble(
        StackSource(
            name=stack.name,
            region=stack.environment.rpartition("/")[2],
            depends_on=frozenset(stack.depends_on),
            is_protected=stack.is_protected,
            template=stack.template,
        )
        for stack in stacks
    )


def resource(
    kind: str, path: str = "", properties: Document | None = None, **others: Any
) -> Document:
    """Return a resource; `path` begins with its stack, `others` are DeletionPolicy and the like."""
    metadata = {"Metadata": {"aws:cdk:path": path}} if path else {}
    return {"Type": kind, "Properties": properties or {}, **metadata, **others}


def manifest(path: str, *objects: Document, **others: Any) -> Document:
    """Return the resource that applies Kubernetes objects, marked as the CDK marks them."""
    prune = "aws.cdk.eks/prune-c8"
    marked = [
        thing
        | {"metadata": thing["metadata"] | {"labels": {prune: ""} | _labels(thing["metadata"])}}
        for thing in objects
    ]
    properties = {"Manifest": json.dumps(marked), "ClusterName": "avadot", "PruneLabel": prune}
    return resource("Custom::AWSCDK-EKS-KubernetesResource", path, properties, **others)


def thing(kind: str, name: str = "tarot", service: str = "tarot", **fields: Any) -> Document:
    """Return a Kubernetes object of a service in the namespace `avadot`."""
    return {
        "apiVersion": _API_VERSIONS.get(kind, "v1"),
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": "avadot",
            "labels": {"app.kubernetes.io/name": service},
        },
        **fields,
    }


_API_VERSIONS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "PodDisruptionBudget": "policy/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "Ingress": "networking.k8s.io/v1",
    "StorageClass": "storage.k8s.io/v1",
    "Role": "rbac.authorization.k8s.io/v1",
    "RoleBinding": "rbac.authorization.k8s.io/v1",
}


def _labels(metadata: Document) -> Document:
    labels: Document = metadata.get("labels", {})
    return labels
