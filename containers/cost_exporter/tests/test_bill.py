"""How the price of a node becomes that of the services on it."""

import math
from random import Random

import pytest

from containers.cost_exporter.tests.examples import (
    LIPSYNC,
    MT,
    PRICES,
    STT,
    SYSTEM,
    cpu_node,
    gpu_node,
    pod,
)
from cost_exporter.bill import Bill, bill, split
from cost_exporter.cluster import IDLE, Amount, Cluster, Node, Owner, Pod

_EXACT = 1e-9


def _of(nodes: list[Node], *pods: Pod) -> Bill:
    return bill(Cluster(nodes=nodes, pods=pods), PRICES)


def _random_cluster(random: Random) -> Cluster:
    """Draw a cluster that need not make sense: more may be asked for than there is."""
    nodes = [
        random.choice(
            [
                cpu_node(f"node-{number}"),
                gpu_node(f"node-{number}", slices=random.choice([0, 1, 2, 4, 10])),
                gpu_node(f"node-{number}", capacity_type=random.choice(["spot", "reserved", ""])),
                gpu_node(f"node-{number}", instance_type="p4d.24xlarge", slices=8),
                cpu_node(f"node-{number}", instance_type="x9.large"),
                cpu_node(f"node-{number}", allocatable=Amount()),
            ]
        )
        for number in range(random.randint(0, 12))
    ]
    names = [node.name for node in nodes] + ["gone"]
    owners = [Owner(namespace, name) for namespace in "ab" for name in ("x", "y", "z")]
    pods = [
        pod(
            random.choice(owners),
            random.choice(names),
            cpu=random.choice([0, 0.1, 1, 3.92, 4, 9]),
            gib=random.choice([0, 0.25, 3, 14.7, 16, 40]),
            slices=random.choice([0, 0, 1, 1, 2, 8]),
        )
        for _ in range(random.randint(0, 60))
    ]
    return Cluster(nodes=nodes, pods=pods)


@pytest.mark.parametrize("seed", range(200))
def test_services_and_idle_are_the_node(seed: int) -> None:
    """Nothing is paid twice or by nobody, of money and of GPUs; and nobody is paid."""
    cluster = _random_cluster(Random(seed))  # noqa: S311 - nothing is secret here

    found = bill(cluster, PRICES)

    for node, usd in found.nodes.items():
        on_it = [one for one in cluster.pods if one.node == node.name]
        has_gpus = PRICES.types[node.instance_type].gpus > 0
        shares = split(usd, node, on_it, has_gpus=has_gpus)
        assert math.isclose(math.fsum(shares.values()), usd)
    total = math.fsum(found.nodes.values())
    assert math.isclose(math.fsum(found.services.values()), total, abs_tol=_EXACT)
    assert min(found.services.values(), default=0) >= 0
    assert min(found.gpus.values(), default=0) >= 0
    assert len(found.nodes) + len(found.unpriced) == len(cluster.nodes)
    assert 0 not in found.nodes.values()


def test_pods_that_share_a_gpu_share_its_price() -> None:
    """Of a GPU in four slices, one each, and the fourth is idle."""
    found = _of(
        [gpu_node(slices=4)],
        *[pod(MT, "gpu", slices=1, cpu=2, gib=8)] * 2,
        pod(LIPSYNC, "gpu", slices=1, cpu=4, gib=16),
    )

    assert found.services == pytest.approx({MT: 0.6, LIPSYNC: 0.3, IDLE: 0.3})
    assert found.gpus == pytest.approx({MT: 0.5, LIPSYNC: 0.25, IDLE: 0.25})


def test_whole_gpus_are_paid_by_number() -> None:
    """Three of eight are three eighths of the machine."""
    node = gpu_node(instance_type="p4d.24xlarge", slices=8)

    found = _of([node], pod(STT, "gpu", slices=1), pod(LIPSYNC, "gpu", slices=2))

    assert found.services == pytest.approx({STT: 3, LIPSYNC: 6, IDLE: 15})
    assert found.gpus == pytest.approx({STT: 1, LIPSYNC: 2, IDLE: 5})


def test_what_runs_on_every_node_pays_nothing_of_a_gpu() -> None:
    """A machine with GPUs is paid for its GPUs, whoever uses its CPU beside them."""
    found = _of([gpu_node()], pod(STT, "gpu", slices=1, cpu=4), pod(SYSTEM, "gpu", cpu=1, gib=1))

    assert found.services == {STT: 1.2, SYSTEM: 0, IDLE: 0}


def test_a_gpu_machine_without_its_plugin_is_idle() -> None:
    """It is paid from its first second, and offers its GPU a minute later."""
    found = _of([gpu_node(slices=0)], pod(SYSTEM, "gpu", cpu=1))

    assert found.services == {SYSTEM: 0, IDLE: 1.2}
    assert found.gpus == {IDLE: 1}


def test_a_broken_gpu_makes_the_others_dearer_but_not_more() -> None:
    """Seven of eight are offered; each of them is still one GPU."""
    node = gpu_node(instance_type="p4d.24xlarge", slices=8, allocatable=Amount(cpu=96, slices=7))

    found = _of([node], pod(STT, "gpu", slices=7))

    assert found.services == pytest.approx({STT: 24, IDLE: 0})
    assert found.gpus == {STT: 7, IDLE: 1}


def test_a_pod_pays_the_larger_of_its_shares() -> None:
    """Half of the memory keeps others out as half of the CPUs does."""
    found = _of([cpu_node()], pod(MT, "cpu", cpu=1, gib=8), pod(STT, "cpu", cpu=1, gib=1))

    assert found.services == pytest.approx({MT: 0.096, STT: 0.048, IDLE: 0.048})


def test_services_that_ask_for_all_in_two_ways_share_the_price() -> None:
    """One has all CPUs and one all memory: half each, and nothing is idle."""
    found = _of([cpu_node()], pod(MT, "cpu", cpu=4), pod(STT, "cpu", gib=16))

    assert found.services == pytest.approx({MT: 0.096, STT: 0.096, IDLE: 0})


def test_a_pod_without_requests_pays_nothing() -> None:
    """It may be squeezed out at any time. But it is there."""
    assert _of([cpu_node()], pod(STT, "cpu")).services == {STT: 0, IDLE: 0.192}


def test_a_node_without_pods_is_idle() -> None:
    """Idle machines are what a cost report is for."""
    assert _of([cpu_node()]).services == {IDLE: 0.192}
    assert _of([]).services == {}


def test_a_service_pays_on_each_of_its_nodes() -> None:
    """On spot less than on demand."""
    nodes = [gpu_node("a"), gpu_node("b", capacity_type="spot"), cpu_node("c")]

    found = _of(nodes, pod(STT, "a", slices=1), pod(STT, "b", slices=1), pod(STT, "c", cpu=2))

    assert found.nodes == dict(zip(nodes, (1.2, 0.4, 0.192), strict=True))
    assert found.services == pytest.approx({STT: 1.2 + 0.4 + 0.096, IDLE: 0.096})


@pytest.mark.parametrize(
    "node",
    [
        cpu_node("odd", instance_type="x9.large"),
        cpu_node("odd", instance_type=""),
        cpu_node("odd", capacity_type="spot"),
        cpu_node("odd", capacity_type=""),
        gpu_node("odd", capacity_type="reserved"),
    ],
    ids=["type", "no type", "no spot price", "no capacity", "capacity"],
)
def test_a_node_without_a_price_is_counted_as_such(node: Node) -> None:
    """It is never free: neither it nor what runs on it costs 0."""
    found = _of([node, cpu_node()], pod(STT, "odd", cpu=1), pod(MT, "cpu", cpu=4))

    assert list(found.unpriced) == [node]
    assert node not in found.nodes
    assert found.services == {MT: 0.192, IDLE: 0}
    assert found.on_unpriced == {STT}


def test_pods_of_a_deleted_node_cost_nothing() -> None:
    """The list of pods is a moment younger than that of nodes."""
    assert _of([cpu_node()], pod(STT, "gone", cpu=4)).services == {IDLE: 0.192}
