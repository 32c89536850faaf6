"""The pods fit the machines, or the settings are refused."""

from dataclasses import replace

import pytest

from catalog import add_on, instance_type, requests_per_node
from settings.capacity import Headroom, Kind, check_fit, room_of_node
from settings.checks import SettingError
from settings.cluster import Cluster
from settings.node_pools import Capacity, NodePool
from settings.nodes import GPU_TAINT, NodeGroup, TimeSlicing
from settings.workloads import Placement
from tests.settings.examples import (
    CPU_NODES,
    EXAMPLE,
    GPU_NODES,
    POOL,
    WORKLOAD,
    ExampleWorkload,
    cluster_of,
    pod_of,
)

_ML = {"workload": "ml"}
_KEPT = replace(CPU_NODES, name="kept", labels=_ML, taints=_ML)
"""Machines without the cluster's own pods, whose room is all for those that tolerate the taint."""
_CLUSTER = cluster_of(CPU_NODES, _KEPT)
_ROOM = room_of_node(_KEPT, _CLUSTER)
_PROGRAM = replace(WORKLOAD, placement=Placement(node_selector=_ML, tolerations=_ML))
_POOL = replace(POOL, labels=_ML, taints=_ML)
_GPU_POOL = replace(POOL, instance_types=("g4dn.xlarge",))
_GPU = replace(
    WORKLOAD,
    gpus=1,
    placement=Placement(tolerations=GPU_TAINT),
    rollout=replace(WORKLOAD.rollout, scheduled_within=180),
)


def _refusal(cluster: Cluster, *workloads: ExampleWorkload) -> str:
    with pytest.raises(SettingError) as refusal:
        check_fit(workloads, cluster)
    return str(refusal.value)


def _too_many(kind: Kind, cluster: Cluster, *, most: int, placed: int) -> str:
    room = f"a node of {kind.name} has {room_of_node(kind, cluster)}"
    return (
        f"workload program most pods is {most}: {placed} of them fit {kind.noun} {kind.name} "
        f"at the largest, beside other workloads ({room}); add nodes or lower the maximum"
    )


def test_room_is_what_a_node_allocates_less_its_daemons() -> None:
    """The smallest type of a group counts; with GPUs the device plugin takes its part."""
    small, daemons = instance_type("t3.medium"), requests_per_node(_CLUSTER.add_ons)
    mixed = replace(CPU_NODES, instance_types=("t3.large", "t3.medium"))
    assert room_of_node(mixed, _CLUSTER) == Headroom(
        cpu_milli=small.allocatable_cpu_milli - daemons.cpu_milli,
        memory_mib=small.allocatable_memory_mib - daemons.memory_mib,
        pods=small.max_pods - daemons.pods,
    )
    machine = instance_type("g4dn.xlarge")
    assert room_of_node(GPU_NODES, _CLUSTER) == Headroom(
        cpu_milli=machine.allocatable_cpu_milli - daemons.cpu_milli - 10,
        memory_mib=machine.allocatable_memory_mib - daemons.memory_mib - 64,
        pods=machine.max_pods - daemons.pods - 1,
        gpus=1,
    )


@pytest.mark.parametrize(
    ("cpu_milli", "memory_mib", "most", "placed"),
    [
        pytest.param(_ROOM.cpu_milli, 1, 2, 0, id="CPU"),
        pytest.param(1, _ROOM.memory_mib, 2, 0, id="memory"),
    ],
)
def test_a_pod_may_fill_its_node_to_the_last_unit(
    cpu_milli: int, memory_mib: int, most: int, placed: int
) -> None:
    """CPU and memory are each counted to the unit; one more finds no node."""
    fitting = replace(_PROGRAM, resources=pod_of(cpu_milli, memory_mib), most=most)
    check_fit([fitting], _CLUSTER)
    larger = pod_of(cpu_milli + (cpu_milli > 1), memory_mib + (memory_mib > 1))
    assert _refusal(_CLUSTER, replace(fitting, resources=larger)) == _too_many(
        _KEPT, _CLUSTER, most=most, placed=placed
    )


def test_places_for_pods_are_counted_too() -> None:
    """A node takes so many pods, however small; the remedy that the message names works."""
    tiny = replace(_PROGRAM, resources=pod_of(1, 1), most=2 * _ROOM.pods)
    check_fit([tiny], _CLUSTER)
    more = replace(tiny, most=tiny.most + 1)
    assert _refusal(_CLUSTER, more) == _too_many(_KEPT, _CLUSTER, most=more.most, placed=tiny.most)
    check_fit([more], cluster_of(CPU_NODES, replace(_KEPT, minimum=3, maximum=3)))


def test_pods_are_not_split_between_machines() -> None:
    """Room in sum is not enough: of three pods of half a machine and a little, two find one."""
    half = replace(_PROGRAM, resources=pod_of(_ROOM.cpu_milli // 2 + 1, 1), most=3)
    assert half.resources.cpu_milli * 3 < _ROOM.cpu_milli * 2
    assert _refusal(_CLUSTER, half) == _too_many(_KEPT, _CLUSTER, most=3, placed=2)


def test_workloads_share_the_machines() -> None:
    """The largest are placed first, so that the order of the settings does not matter."""
    large = replace(_PROGRAM, name="large", resources=pod_of(_ROOM.cpu_milli, 1), most=2)
    assert _refusal(_CLUSTER, replace(_PROGRAM, most=1), large) == _too_many(
        _KEPT, _CLUSTER, most=1, placed=0
    )


def test_the_cluster_s_own_pods_come_first() -> None:
    """Controllers are placed on the machines for all before any workload is."""
    room = room_of_node(CPU_NODES, cluster_of(CPU_NODES))
    full = replace(WORKLOAD, resources=pod_of(room.cpu_milli, 1), most=2)
    assert _refusal(cluster_of(CPU_NODES), full) == _too_many(
        CPU_NODES, cluster_of(CPU_NODES), most=2, placed=1
    )
    (dns,) = add_on("coredns").pods
    beside = room.cpu_milli - dns.replicas * dns.cpu_milli
    check_fit([replace(full, resources=pod_of(beside, 1))], cluster_of(CPU_NODES))
    assert ": 1 of them fit" in _refusal(
        cluster_of(CPU_NODES), replace(full, resources=pod_of(beside + 1, 1))
    )


def test_controllers_need_machines_that_are_always_there() -> None:
    """Nothing starts a machine for Karpenter itself, though a pool would take it."""
    cluster = cluster_of(replace(CPU_NODES, minimum=0), pools=(POOL,))
    assert _refusal(cluster, WORKLOAD) == (
        f"cluster add_ons is {cluster.add_ons}: "
        "their pods do not fit node group cpu-nodes at the minimum"
    )


def test_a_placement_that_no_group_has_is_refused() -> None:
    """Labels, taints that are not tolerated and GPUs each keep pods away from a group."""
    rule = "no machine has these labels, only tolerated taints and as many GPUs as a pod asks for"
    for cluster, placement, gpus, written in (
        (_CLUSTER, Placement(node_selector={"workload": "x"}, tolerations=_ML), 0, "workload=x"),
        (_CLUSTER, Placement(node_selector=_ML), 0, "workload=ml"),
        (_CLUSTER, Placement(), 1, "any node"),
        (cluster_of(CPU_NODES, GPU_NODES), Placement(tolerations=GPU_TAINT), 2, "any node"),
    ):
        workload = replace(WORKLOAD, placement=placement, gpus=gpus)
        message = f"workload program placement is {written!r}: {rule}"
        assert _refusal(cluster, workload) == message


def test_machines_for_nobody_are_refused() -> None:
    """A group whose taints keep every workload away would cost money for nothing."""
    assert _refusal(_CLUSTER, WORKLOAD) == (
        "node group kept taints is {'workload': 'ml'}: "
        "no workload can run on its machines, which would stay empty"
    )


def test_pods_without_a_gpu_stay_off_machines_with_some() -> None:
    """A toleration alone does not let an ordinary pod take the room of those with GPUs."""
    cluster = cluster_of(CPU_NODES, GPU_NODES)
    assert "of them fit node group cpu-nodes at the largest" in _refusal(
        cluster, replace(_GPU, gpus=0, most=1000), _GPU
    )


def test_no_two_pods_of_a_workload_share_a_node_if_it_says_so() -> None:
    """A third pod finds no node for itself, however large the two are; another workload's may."""
    alone = replace(_PROGRAM, placement=replace(_PROGRAM.placement, one_per_node=True), most=2)
    check_fit([alone, replace(alone, name="other")], _CLUSTER)
    assert _refusal(_CLUSTER, replace(alone, most=3)) == _too_many(
        _KEPT, _CLUSTER, most=3, placed=2
    )


@pytest.mark.parametrize("group", [GPU_NODES, replace(_KEPT, name="gpu-nodes")])
def test_a_group_counts_with_what_it_begins_with(group: NodeGroup) -> None:
    """Nothing adds to it, up to whatever maximum."""
    program = (
        replace(_GPU, most=2)
        if group.has_gpus
        else replace(_PROGRAM, most=2, rollout=_GPU.rollout, resources=pod_of(_ROOM.cpu_milli, 1))
    )
    from_zero = replace(group, minimum=0)
    fixed = cluster_of(CPU_NODES, from_zero)
    assert _refusal(fixed, program) == _too_many(from_zero, fixed, most=2, placed=0)
    check_fit([program], cluster_of(CPU_NODES, replace(from_zero, desired=2)))


@pytest.mark.parametrize("pool", [_POOL, _GPU_POOL], ids=["CPU", "GPU"])
def test_a_pool_counts_with_its_maximum(pool: NodePool) -> None:
    """Karpenter adds machines for pods that wait, and one more pod finds none."""
    cluster = cluster_of(CPU_NODES, pools=(pool,))
    room = room_of_node(pool, cluster)
    program = (
        replace(_GPU, most=2)
        if pool.has_gpus
        else replace(_PROGRAM, most=2, rollout=_GPU.rollout, resources=pod_of(room.cpu_milli, 1))
    )
    check_fit([program], cluster)
    assert _refusal(cluster, replace(program, most=3)) == _too_many(pool, cluster, most=3, placed=2)


def test_a_shared_gpu_counts_once_for_each_share() -> None:
    """Two machines whose one GPU is for four pods each hold eight, and not a ninth."""
    shared = replace(GPU_NODES, gpu_sharing=TimeSlicing(replicas=4))
    pool = replace(_GPU_POOL, gpu_sharing=TimeSlicing(replicas=4))
    for kind, cluster in (
        (shared, cluster_of(CPU_NODES, shared)),
        (pool, cluster_of(CPU_NODES, pools=(pool,))),
    ):
        check_fit([replace(_GPU, most=8)], cluster)
        assert _refusal(cluster, replace(_GPU, most=9)) == _too_many(
            kind, cluster, most=9, placed=8
        )
    unshared = cluster_of(CPU_NODES, GPU_NODES)
    assert _refusal(unshared, replace(_GPU, most=8)) == _too_many(
        GPU_NODES, unshared, most=8, placed=2
    )


def test_a_release_awaits_the_start_of_a_machine() -> None:
    """Where there may be no machine, a pod has the time in which one starts; else less."""
    cluster = cluster_of(CPU_NODES, pools=(_POOL,))
    times = {n: replace(_PROGRAM.rollout, scheduled_within=n) for n in (179, 180)}
    check_fit([replace(_PROGRAM, rollout=times[180])], cluster)
    assert _refusal(cluster, replace(_PROGRAM, rollout=times[179])) == (
        "workload program rollout scheduled_within is 179: "
        "node pool pool may be empty, and a machine takes up to 180 s to start"
    )
    check_fit([replace(_PROGRAM, rollout=times[179])], _CLUSTER)


def test_a_pod_ends_before_its_spot_machine_does() -> None:
    """EC2 gives 120 s of notice; a machine that stays gives any time."""
    patient = replace(_PROGRAM, rollout=_GPU.rollout)
    for name, cluster in (
        ("kept", cluster_of(CPU_NODES, replace(_KEPT, spot=True))),
        ("pool", cluster_of(CPU_NODES, pools=(replace(_POOL, capacity=Capacity.SPOT),))),
        ("pool", cluster_of(CPU_NODES, pools=(replace(_POOL, capacity=Capacity.SPOT_FIRST),))),
    ):
        check_fit([replace(patient, termination_grace=119)], cluster)
        assert _refusal(cluster, replace(patient, termination_grace=120)) == (
            "workload program termination_grace is 120: "
            f"a spot machine of {name} is gone 120 s after its notice"
        )
    for cluster in (_CLUSTER, cluster_of(CPU_NODES, pools=(_POOL,))):
        check_fit([replace(patient, termination_grace=3600)], cluster)


def test_a_system_checks_the_fit_of_its_workloads() -> None:
    """Whoever writes settings is told at once, not by pods that stay pending."""
    with pytest.raises(SettingError, match=r"^workload program most pods is 1000: "):
        replace(EXAMPLE, programs=(replace(WORKLOAD, most=1000),))
