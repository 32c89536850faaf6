"""Clusters as the Kubernetes API lists them, and prices for them."""

from datetime import date
from typing import Any

from cost_exporter.cluster import Amount, Node, Owner, Pod
from cost_exporter.prices import Prices, TypePrice

Object = dict[str, Any]

GIB = 1 << 30
STT = Owner("models", "stt")
MT = Owner("models", "mt")
LIPSYNC = Owner("models", "lipsync")
SYSTEM = Owner("kube-system", "system")

PRICES = Prices(
    as_of=date(2026, 11, 28),
    types={
        "m5.xlarge": TypePrice(gpus=0, usd_per_hour={"on-demand": 0.192}),
        "g5.2xlarge": TypePrice(gpus=1, usd_per_hour={"on-demand": 1.2, "spot": 0.4}),
        "p4d.24xlarge": TypePrice(gpus=8, usd_per_hour={"on-demand": 24.0}),
    },
)
PRICES_DOCUMENT = {
    "as_of": PRICES.as_of.isoformat(),
    "types": {
        name: {"gpus": one.gpus, "usd_per_hour": dict(one.usd_per_hour)}
        for name, one in PRICES.types.items()
    },
}


def cpu_node(name: str = "cpu", **changes: Any) -> Node:
    values = {"instance_type": "m5.xlarge", "capacity_type": "on-demand", "slices": 0}
    allocatable = Amount(cpu=4, memory=16 * GIB)
    return Node(**{"name": name, "allocatable": allocatable, **values, **changes})


def gpu_node(name: str = "gpu", *, slices: int = 1, **changes: Any) -> Node:
    values = {"instance_type": "g5.2xlarge", "capacity_type": "on-demand", "slices": slices}
    allocatable = Amount(cpu=8, memory=32 * GIB, slices=slices)
    return Node(**{"name": name, "allocatable": allocatable, **values, **changes})


def pod(owner: Owner, node: str, *, cpu: float = 0, gib: float = 0, slices: float = 0) -> Pod:
    return Pod(node=node, owner=owner, requests=Amount(cpu=cpu, memory=gib * GIB, slices=slices))


def listed_node(
    name: str,
    kind: str,
    *,
    labels: dict[str, str] | None = None,
    gpus: int = 0,
    allocatable_gpus: int | None = None,
) -> Object:
    """Return a node as the API lists it; by default one of Karpenter, on demand."""
    sizes = {"cpu": "4", "memory": "16Gi", "pods": "58"}
    able = gpus if allocatable_gpus is None else allocatable_gpus
    by_default = {"karpenter.sh/capacity-type": "on-demand"}
    return {
        "metadata": {
            "name": name,
            "labels": {
                "node.kubernetes.io/instance-type": kind,
                **(by_default if labels is None else labels),
            },
        },
        "status": {
            "capacity": {**sizes, "nvidia.com/gpu": str(gpus)},
            "allocatable": {**sizes, "nvidia.com/gpu": str(able)},
        },
    }


def listed_pod(
    service: str | None,
    node: str | None,
    *,
    namespace: str = "models",
    phase: str = "Running",
    **requests: str,
) -> Object:
    """Return a pod as the API lists it."""
    asked = {name.replace("gpu", "nvidia.com/gpu"): value for name, value in requests.items()}
    container = {"name": "main", "resources": {"requests": asked} if asked else {}}
    return {
        "metadata": {
            "name": f"{service}-1",
            "namespace": namespace,
            "labels": {"app.kubernetes.io/name": service} if service else {},
        },
        "spec": {"containers": [container], **({"nodeName": node} if node else {})},
        "status": {"phase": phase},
    }
