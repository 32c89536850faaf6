"""Node pools as Karpenter reads them."""

from dataclasses import replace
from typing import Any

import cdk8s
import pytest

from charts.karpenter import MachinePlace, NodePoolsChart
from settings.node_pools import Capacity, NodePool
from settings.nodes import TimeSlicing
from tests.charts.examples import Objects, draw, kinds, pick
from tests.settings.examples import POOL

_PLACE = MachinePlace(
    tags={"system": "ExampleProd"},
    instance_profile="machines",
    security_group="sg-1",
    subnets={"eu-west-1a": "subnet-a", "eu-west-1b": "subnet-b"},
)
_GPU = replace(POOL, instance_types=("g5.xlarge", "g6.xlarge"))


def _objects(*pools: NodePool) -> Objects:
    return draw(NodePoolsChart(cdk8s.App(), system="example", pools=pools, place=_PLACE))


def _spec(kind: str, pool: NodePool) -> dict[str, Any]:
    spec: dict[str, Any] = pick(_objects(pool), kind, pool.name)["spec"]
    return spec


def _required(pool: NodePool) -> dict[str, list[str]]:
    requirements = _spec("NodePool", pool)["template"]["spec"]["requirements"]
    assert {one["operator"] for one in requirements} == {"In"}
    return {one["key"]: one["values"] for one in requirements}


def test_a_pool_has_a_class_of_its_own() -> None:
    """Disks differ; the class comes first, and the pool names it."""
    assert kinds(_objects(POOL)) == ["EC2NodeClass", "NodePool"]
    assert _spec("NodePool", POOL)["template"]["spec"]["nodeClassRef"] == {
        "group": "karpenter.k8s.aws",
        "kind": "EC2NodeClass",
        "name": POOL.name,
    }


def test_machines_are_made_as_those_of_node_groups() -> None:
    """An encrypted gp3 disk of the settings' size, and a metadata service out of pods' reach."""
    made = _spec("EC2NodeClass", replace(POOL, disk_gib=150))
    (disk,) = made["blockDeviceMappings"]
    assert disk["deviceName"] == "/dev/xvda"
    assert disk["ebs"] == {
        "volumeType": "gp3",
        "volumeSize": "150Gi",
        "encrypted": True,
        "deleteOnTermination": True,
    }
    assert made["metadataOptions"] == {"httpTokens": "required", "httpPutResponseHopLimit": 1}
    assert made["instanceProfile"] == "machines"
    assert made["securityGroupSelectorTerms"] == [{"id": "sg-1"}]


def test_machines_start_in_the_zones_of_their_pool() -> None:
    """In all of the network's, if it names none."""
    everywhere = _spec("EC2NodeClass", POOL)["subnetSelectorTerms"]
    assert everywhere == [{"id": "subnet-a"}, {"id": "subnet-b"}]
    one = _spec("EC2NodeClass", replace(POOL, zones=("eu-west-1b",)))["subnetSelectorTerms"]
    assert one == [{"id": "subnet-b"}]


@pytest.mark.parametrize(
    ("capacity", "types"),
    [
        (Capacity.SPOT, ["spot"]),
        (Capacity.ON_DEMAND, ["on-demand"]),
        (Capacity.SPOT_FIRST, ["spot", "on-demand"]),
    ],
)
def test_machines_are_bought_as_the_settings_say(capacity: Capacity, types: list[str]) -> None:
    """Karpenter asks for spot first where both are named."""
    required = _required(replace(_GPU, capacity=capacity))
    assert required == {
        "node.kubernetes.io/instance-type": ["g5.xlarge", "g6.xlarge"],
        "karpenter.sh/capacity-type": types,
    }


def test_a_pool_has_no_more_machines_than_the_settings_say() -> None:
    """They are counted, whatever their size."""
    largest = max(machine.vcpu for machine in POOL.machines)
    limits = _spec("NodePool", replace(POOL, maximum=7))["limits"]
    assert limits == {"nodes": "7", "cpu": str(7 * largest)}


def test_only_empty_machines_go() -> None:
    """All that are empty at once; of those that are out of date one after another."""
    assert _spec("NodePool", replace(POOL, idle_seconds=90))["disruption"] == {
        "consolidationPolicy": "WhenEmpty",
        "consolidateAfter": "90s",
        "budgets": [
            {"nodes": "100%", "reasons": ["Empty"]},
            {"nodes": "1", "reasons": ["Drifted"]},
        ],
    }


def test_a_busy_machine_is_renewed_or_not() -> None:
    """Where its pods would begin anew, one that is out of date stays until it is empty."""
    stays = _spec("NodePool", replace(POOL, renews_busy=False))
    assert {"nodes": "0", "reasons": ["Drifted"]} in stays["disruption"]["budgets"]
    assert stays["template"]["spec"]["expireAfter"] == "Never"
    assert _spec("NodePool", POOL)["template"]["spec"]["expireAfter"] == "720h"


def test_machines_with_gpus_are_labelled_and_tainted_as_those_of_node_groups() -> None:
    """Pods choose machines by the labels, whatever brings these."""
    template = _spec("NodePool", replace(_GPU, labels={"tier": "standard"}))["template"]
    assert template["metadata"]["labels"] == {
        "nvidia.com/gpu.present": "true",
        "tier": "standard",
    }
    assert template["spec"]["taints"] == [
        {"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}
    ]


def test_karpenter_is_told_of_shared_gpus() -> None:
    """It would start a machine for each pod otherwise."""
    shared = replace(_GPU, gpu_sharing=TimeSlicing(replicas=4))
    assert kinds(_objects(shared)) == ["EC2NodeClass", "NodeOverlay", "NodePool"]
    assert _spec("NodeOverlay", shared) == {
        "requirements": [{"key": "karpenter.sh/nodepool", "operator": "In", "values": ["pool"]}],
        "capacity": {"nvidia.com/gpu": "4"},
    }
