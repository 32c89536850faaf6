"""Node pools of Karpenter as nodes are placed on them."""

from typing import Any

import pytest

from plan.model.assembly import PlanError
from plan.model.kubernetes import kubernetes_objects
from plan.model.node_pools import NodePool, node_pools
from plan.model.nodes import NodeGroup
from tests.plan.capacity.builder import SPOT, ZONES, Pool, cluster


def _pool(pool: Pool = SPOT, **spec: Any) -> NodePool:
    made = [pool.objects[0], pool.objects[1] | {"spec": pool.objects[1]["spec"] | spec}]
    (found,) = node_pools(kubernetes_objects(cluster((), made, pools=())))
    return found


def _group(pool: Pool = SPOT) -> NodeGroup:
    assembly = cluster((), (), pools=(pool,))
    (found,) = node_pools(kubernetes_objects(assembly))
    return found.group(assembly)


def test_a_pool_has_no_node_without_pods() -> None:
    """And no more than its limit with them."""
    group = _group()
    assert (group.minimum, group.desired, group.maximum) == (0, 0, SPOT.maximum)
    assert group.grows


def test_a_pool_without_a_limit_cannot_be_judged() -> None:
    """It may start any number of machines, at any cost."""
    with pytest.raises(PlanError, match="NodePool spot has no limit of nodes"):
        _ = _pool(limits={"cpu": "100"}).maximum


def test_its_zones_are_those_of_its_subnets() -> None:
    """The class names these by their ids, which are resources of the network."""
    assert _group().zones == ZONES[:2]


def test_the_smallest_of_its_types_counts() -> None:
    """Karpenter may start any of them."""
    mixed = Pool(name="mixed", instance_types=["c5.2xlarge", "c5.xlarge"], maximum=1)
    machine = _group(mixed).machine
    assert machine.allocatable_cpu_milli == 3920
    assert machine.name == "c5.2xlarge"


def test_pods_choose_its_nodes_by_their_labels() -> None:
    """Those of the template, and those that Karpenter writes."""
    labels = _group().labels
    assert labels["workload"] == "ml"
    assert labels["karpenter.sh/nodepool"] == "spot"
    assert labels["karpenter.sh/capacity-type"] == "on-demand"
    (taint,) = _group().taints
    assert (taint.key, taint.value, taint.effect) == ("workload", "ml", "NoSchedule")
