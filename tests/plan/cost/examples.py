"""Assemblies whose cost can be told without a calculator."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from plan.capacity.survey import place
from plan.cost import Cost, Line, Scale, cost_of
from plan.model.assembly import Assembly, read_assembly
from tests.plan.assemblies import REGION, Document, Written, manifest, resource, thing, write

TODAY = date(2026, 11, 21)
CPU = {"requests": {"cpu": "500m", "memory": "1Gi"}}
GPU = {"requests": {"cpu": "1", "nvidia.com/gpu": "1"}}


def assembly(directory: Path, resources: Document, region: str = REGION) -> Assembly:
    """Return an assembly of one stack in a region."""
    stack = Written(name="Shop", resources=resources, environment=f"aws://unknown-account/{region}")
    return read_assembly(write(directory / "cdk.out", stack))


def cost(directory: Path, resources: Document, region: str = REGION, on: date = TODAY) -> Cost:
    return cost_of(assembly(directory, resources, region), on)


def allocated(directory: Path, resources: Document) -> Cost:
    """Return what resources cost, node groups allocated to the pods that capacity places there."""
    found = assembly(directory, resources)
    return cost_of(found, TODAY, place(found))


def line(found: Cost, what: str) -> Line:
    """Return the one line whose text begins so."""
    (only,) = [one for one in found.lines if one.what.startswith(what)]
    return only


def usd(minimum: str, usual: str = "", maximum: str = "") -> Scale:
    """Return amounts; one figure stands for all three."""
    return Scale(Decimal(minimum), Decimal(usual or minimum), Decimal(maximum or minimum))


def group(name: str, machine: str, sizes: tuple[int, int, int], **others: Any) -> Document:
    """Return a node group of the cluster `avadot`, with its minimum, usual and maximum size."""
    minimum, desired, maximum = sizes
    properties = {
        "ClusterName": "avadot",
        "InstanceTypes": [machine],
        "ScalingConfig": {"MinSize": minimum, "DesiredSize": desired, "MaxSize": maximum},
        "Subnets": ["subnet-1"],
        **others,
    }
    return resource("AWS::EKS::Nodegroup", f"Shop/{name}/Resource", properties)


def workload(kind: str, name: str, replicas: int, resources: Document, **spec: Any) -> Document:
    """Return a Deployment or StatefulSet whose pods ask for these resources."""
    container = {"name": name, "image": "shop:1", "resources": resources}
    pod = {"containers": [container], **spec.pop("pod", {})}
    return thing(
        kind,
        name,
        name,
        spec={"replicas": replicas, "template": {"metadata": {}, "spec": pod}, **spec},
    )


def objects(*documents: Document) -> Document:
    """Return the manifest that applies objects."""
    return manifest("Shop/objects/Resource", *documents)


def storage_class(name: str, *, default: bool = False, **parameters: str) -> Document:
    made = thing("StorageClass", name, provisioner="ebs.csi.aws.com", parameters=parameters)
    is_default = "storageclass.kubernetes.io/is-default-class"
    made["metadata"]["annotations"] = {is_default: "true" if default else "false"}
    return made


def claim(size: str, storage_class_name: str | None = None) -> Document:
    named = {"storageClassName": storage_class_name} if storage_class_name else {}
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return {"metadata": {"name": "data"}, "spec": spec | named}
