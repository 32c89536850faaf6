"""Nodes are what EKS would have made of the node group."""

from collections import Counter

from rehearsal.cluster.machine import ZONE_LABEL
from rehearsal.cluster.node_group import NodeTaint, PlayedNodeGroup
from rehearsal.cluster.nodes import zones_to_fill
from rehearsal.cluster.objects import labels_of

_GROUP = PlayedNodeGroup(
    name="gpu",
    instance_type="g4dn.xlarge",
    size=4,
    zones=("us-east-1a", "us-east-1b", "us-east-1a"),
    disk_gib=100,
    labels={"nvidia.com/gpu.present": "true"},
    taints=(NodeTaint(key="nvidia.com/gpu", value="true", effect="NO_SCHEDULE"),),
)


def test_nodes_are_spread_over_the_zones() -> None:
    """Two subnets in one zone are one zone."""
    assert Counter(zones_to_fill(_GROUP, [])) == {"us-east-1a": 2, "us-east-1b": 2}


def test_the_emptiest_zone_is_filled_first() -> None:
    """What stands already counts."""
    present = [_GROUP.node(zone="us-east-1a", address=f"10.0.0.{host}") for host in (10, 11)]

    assert list(zones_to_fill(_GROUP, present)) == ["us-east-1b", "us-east-1b"]


def test_a_node_offers_what_the_catalog_says_and_no_gpu() -> None:
    """A GPU is offered by the device plugin, not by the machine."""
    status = _GROUP.node(zone="us-east-1a", address="10.0.0.10").status

    assert status
    assert status.allocatable == {
        "cpu": "3920m",
        "memory": "14481Mi",
        "pods": "29",
        "ephemeral-storage": "91136Mi",
    }


def test_a_node_carries_the_labels_and_taints_of_its_group() -> None:
    """Taints are spelled as Kubernetes spells them, labels as EKS sets them."""
    node = _GROUP.node(zone="us-east-1b", address="10.0.16.10")

    assert node.spec
    assert node.spec.taints
    assert [(t.key, t.value, t.effect) for t in node.spec.taints] == [
        ("nvidia.com/gpu", "true", "NoSchedule")
    ]
    assert str(node.spec.providerID).startswith("aws:///us-east-1b/i-")
    labels = labels_of(node)
    assert labels[ZONE_LABEL] == "us-east-1b"
    assert labels["topology.kubernetes.io/region"] == "us-east-1"
    assert labels["eks.amazonaws.com/nodegroup"] == "gpu"
    assert labels["node.kubernetes.io/instance-type"] == "g4dn.xlarge"
    assert labels["nvidia.com/gpu.present"] == "true"
