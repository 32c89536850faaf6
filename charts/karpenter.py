"""Karpenter's objects: which machines it may start, and how they are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cdk8s
from constructs import Construct
from lightkube.models.meta_v1 import ObjectMeta

from charts.objects import add, common_labels
from settings.node_pools import NodePool

_ROOT_DEVICE = "/dev/xvda"
_IMAGE = "al2023@latest"
"""Karpenter takes the variant with NVIDIA's driver for types with GPUs by itself."""


@dataclass(frozen=True, kw_only=True)
class MachinePlace:
    """Where in AWS machines are started, and as what."""

    instance_profile: str
    security_group: str
    """Its id."""
    subnets: Mapping[str, str]
    """Their ids by zone."""
    tags: Mapping[str, str]
    """Of the machines and their disks."""


class NodePoolsChart(cdk8s.Chart):
    """A NodePool and an EC2NodeClass for each pool of the settings.

    The class comes first: a NodePool without its class is not ready.
    """

    def __init__(
        self, scope: Construct, *, system: str, pools: Sequence[NodePool], place: MachinePlace
    ) -> None:
        super().__init__(scope, "node-pools")
        for pool in pools:
            for kind, spec in _objects(pool, place):
                add(self, _Object(kind=kind, name=pool.name, system=system, spec=spec))


def _objects(pool: NodePool, place: MachinePlace) -> list[tuple[str, dict[str, Any]]]:
    objects = [("EC2NodeClass", _node_class(pool, place))]
    if pool.gpu_sharing:
        objects.append(("NodeOverlay", _shared_gpus(pool)))
    return [*objects, ("NodePool", _node_pool(pool))]


_API_VERSIONS = {
    "EC2NodeClass": "karpenter.k8s.aws/v1",
    "NodeOverlay": "karpenter.sh/v1alpha1",
    "NodePool": "karpenter.sh/v1",
}


@dataclass(frozen=True, kw_only=True)
class _Object:
    """An object of the whole cluster."""

    kind: str
    name: str
    system: str
    spec: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return {
            "apiVersion": _API_VERSIONS[self.kind],
            "kind": self.kind,
            "metadata": ObjectMeta(name=self.name, labels=common_labels(self.system)).to_dict(),
            "spec": dict(self.spec),
        }


def _node_class(pool: NodePool, place: MachinePlace) -> dict[str, Any]:
    """Describe how a machine is made: encrypted disk, IMDSv2, out of pods' reach."""
    zones = pool.zones or place.subnets
    return {
        "amiSelectorTerms": [{"alias": _IMAGE}],
        "instanceProfile": place.instance_profile,
        "subnetSelectorTerms": [{"id": place.subnets[zone]} for zone in zones],
        "securityGroupSelectorTerms": [{"id": place.security_group}],
        "blockDeviceMappings": [
            {
                "deviceName": _ROOT_DEVICE,
                "ebs": {
                    "volumeType": "gp3",
                    "volumeSize": f"{pool.disk_gib}Gi",
                    "encrypted": True,
                    "deleteOnTermination": True,
                },
            }
        ],
        "metadataOptions": {
            "httpTokens": "required",
            # One hop: pods do not get at the role of their node.
            "httpPutResponseHopLimit": 1,
        },
        "tags": {"Name": pool.name, **place.tags},
    }


def _node_pool(pool: NodePool) -> dict[str, Any]:
    return {
        "template": {
            "metadata": {"labels": pool.written_labels},
            "spec": {
                "nodeClassRef": {
                    "group": "karpenter.k8s.aws",
                    "kind": "EC2NodeClass",
                    "name": pool.name,
                },
                "taints": [
                    {"key": key, "value": value, "effect": "NoSchedule"}
                    for key, value in pool.node_taints.items()
                ],
                "expireAfter": "720h" if pool.renews_busy else "Never",
                "requirements": [
                    _one_of("node.kubernetes.io/instance-type", pool.instance_types),
                    _one_of("karpenter.sh/capacity-type", pool.capacity.types),
                ],
            },
        },
        "limits": _most(pool),
        "disruption": {
            # Karpenter looks at CPU and memory only, and would pack pods away from used GPUs.
            "consolidationPolicy": "WhenEmpty",
            "consolidateAfter": f"{pool.idle_seconds}s",
            "budgets": [
                {"nodes": "100%", "reasons": ["Empty"]},
                {"nodes": "1" if pool.renews_busy else "0", "reasons": ["Drifted"]},
            ],
        },
    }


def _most(pool: NodePool) -> dict[str, str]:
    """Limit the machines, and their CPUs to as many.

    Karpenter 1.13 counts a machine only once it is there: of those that one look at the pods starts
    together it subtracts no `nodes` (scheduler.go, `subtractMax`; tried: 23 instead of 7).
    """
    largest = max(machine.vcpu for machine in pool.machines)
    return {"nodes": str(pool.maximum), "cpu": str(pool.maximum * largest)}


def _shared_gpus(pool: NodePool) -> dict[str, Any]:
    """Tell Karpenter how many pods a machine's GPUs take: it counts one for each GPU otherwise."""
    return {
        "requirements": [_one_of("karpenter.sh/nodepool", [pool.name])],
        "capacity": {"nvidia.com/gpu": str(pool.gpus)},
    }


def _one_of(key: str, values: Sequence[str]) -> dict[str, Any]:
    return {"key": key, "operator": "In", "values": list(values)}
