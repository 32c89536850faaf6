"""The pods fit the machines, or the settings are refused."""

from dataclasses import replace

import pytest

from catalog.addons import AddOnRequests, Requests
from settings import capacity
from settings.capacity import Room, check_audio2face, check_services, room_for_services
from settings.checks import SettingError
from settings.cluster import Cluster
from settings.nodes import NodeGroup
from settings.workloads import Autoscaling, CpuService, Resources
from tests.settings.examples import CPU_NODES, GPU_NODES, PROD, SERVICES

_ADD_ONS = AddOnRequests(
    per_node=Requests(cpu_milli=300, memory_mib=400, pods=6),
    per_cluster=Requests(cpu_milli=700, memory_mib=1500, pods=8),
)


def _cluster(*groups: NodeGroup) -> Cluster:
    """Return production's cluster with other machines."""
    return replace(PROD.cluster, node_groups=groups)


def _pod(cpu_milli: int, memory_mib: int) -> Resources:
    """Return requests, with limits that equal them."""
    return Resources(
        cpu_milli=cpu_milli,
        memory_mib=memory_mib,
        cpu_limit_milli=cpu_milli,
        memory_limit_mib=memory_mib,
    )


def _service(pod: Resources, pods: int) -> CpuService:
    """Return a service that grows to a number of such pods."""
    return replace(
        SERVICES["backend"],
        resources=pod,
        autoscaling=Autoscaling(minimum=1, maximum=pods, cpu_percent=70),
    )


@pytest.fixture
def fixed_add_ons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the add-ons take round figures, whatever the catalog says today."""
    monkeypatch.setattr(capacity, "requests_of_add_ons", lambda _: _ADD_ONS)


def test_all_services_at_their_maximum_fit_production() -> None:
    """Two t3.large hold 24 pods of 100m and 256Mi beside the add-ons."""
    room = room_for_services(_cluster(CPU_NODES))
    assert sum(service.autoscaling.maximum for service in PROD.services) == 24
    assert 2400 <= room.cpu_milli < 3860
    assert 24 * 256 <= room.memory_mib < 13674
    assert 24 <= room.pods < 70


def test_a_fifth_pod_for_each_service_does_not_fit() -> None:
    """An autoscaler maximum of 5 is refused with what the nodes leave."""
    five = Autoscaling(minimum=2, maximum=5, cpu_percent=70)
    services = tuple(replace(service, autoscaling=five) for service in PROD.services)
    left = room_for_services(_cluster(CPU_NODES)).cpu_milli
    with pytest.raises(SettingError) as refusal:
        replace(PROD, services=services)
    assert str(refusal.value) == (
        "services at autoscaler maximum, cpu_milli is 3000: node groups avadot-nodes "
        f"leave {left} after add-ons; add nodes or lower the maximum"
    )


@pytest.mark.usefixtures("fixed_add_ons")
def test_room_is_what_nodes_allocate_less_the_add_ons() -> None:
    """Daemons count on each node of the group's minimum, controllers once."""
    three_at_most = replace(CPU_NODES, maximum=3)
    assert room_for_services(_cluster(three_at_most)) == Room(
        cpu_milli=3860 - 2 * 300 - 700,
        memory_mib=13674 - 2 * 400 - 1500,
        pods=70 - 2 * 6 - 8,
    )


@pytest.mark.usefixtures("fixed_add_ons")
@pytest.mark.parametrize(
    ("cpu_milli", "memory_mib", "pods", "message"),
    [
        pytest.param(
            641,
            256,
            4,
            "services at autoscaler maximum, cpu_milli is 2564: node groups avadot-nodes "
            "leave 2560 after add-ons; add nodes or lower the maximum",
            id="CPU",
        ),
        pytest.param(
            100,
            2844,
            4,
            "services at autoscaler maximum, memory_mib is 11376: node groups avadot-nodes "
            "leave 11374 after add-ons; add nodes or lower the maximum",
            id="memory",
        ),
        pytest.param(
            10,
            10,
            51,
            "services at autoscaler maximum, pods is 51: node groups avadot-nodes "
            "leave 50 after add-ons; add nodes or lower the maximum",
            id="pods",
        ),
    ],
)
def test_the_first_unit_too_many_is_refused(
    cpu_milli: int, memory_mib: int, pods: int, message: str
) -> None:
    """CPU, memory and pod places are each counted to the unit."""
    with pytest.raises(SettingError) as refusal:
        check_services([_service(_pod(cpu_milli, memory_mib), pods)], _cluster(CPU_NODES))
    assert str(refusal.value) == message


@pytest.mark.usefixtures("fixed_add_ons")
@pytest.mark.parametrize(
    ("cpu_milli", "memory_mib", "pods"),
    [(640, 256, 4), (100, 5687, 2), (10, 10, 50)],
    ids=["CPU", "memory", "pods"],
)
def test_the_last_unit_is_given_away(cpu_milli: int, memory_mib: int, pods: int) -> None:
    """Services that take exactly what the nodes leave are accepted."""
    check_services([_service(_pod(cpu_milli, memory_mib), pods)], _cluster(CPU_NODES))


def test_a_node_more_makes_room_for_a_fifth_pod() -> None:
    """The remedy that the message names works."""
    five = Autoscaling(minimum=2, maximum=5, cpu_percent=70)
    services = [replace(service, autoscaling=five) for service in PROD.services]
    check_services(services, _cluster(replace(CPU_NODES, minimum=3, maximum=3)))
    with pytest.raises(SettingError):
        check_services(services, _cluster(CPU_NODES))


def test_an_audio2face_pod_without_a_node_is_refused() -> None:
    """Three pods do not fit two GPU nodes, as none shares a node."""
    with pytest.raises(SettingError) as refusal:
        replace(PROD, audio2face=replace(PROD.audio2face, replicas=3))
    assert str(refusal.value) == (
        "audio2face replicas is 3: each needs a node of its own with 1 GPU, and there are 2"
    )


def test_nodes_that_may_be_away_hold_no_audio2face_pod() -> None:
    """Only the minimum of a GPU group counts, since nothing adds nodes for a pod."""
    one_for_sure = replace(GPU_NODES, minimum=1, maximum=2)
    with pytest.raises(SettingError) as refusal:
        check_audio2face(PROD.audio2face, _cluster(CPU_NODES, one_for_sure))
    assert str(refusal.value) == (
        "audio2face replicas is 2: each needs a node of its own with 1 GPU, and there are 1"
    )


def test_more_gpus_than_the_machine_has_are_refused() -> None:
    """A g4dn.xlarge has one GPU, so a pod that asks for two finds no node."""
    with pytest.raises(SettingError) as refusal:
        replace(PROD, audio2face=replace(PROD.audio2face, gpus=2))
    assert str(refusal.value) == (
        "audio2face replicas is 2: each needs a node of its own with 2 GPU, and there are 0"
    )


@pytest.mark.usefixtures("fixed_add_ons")
@pytest.mark.parametrize(
    ("cpu_milli", "memory_mib", "message"),
    [
        pytest.param(
            3621,
            1024,
            "audio2face cpu_milli is 3621: a node of avadot-node-gpu leaves 3620 after add-ons",
            id="CPU",
        ),
        pytest.param(
            1000,
            14082,
            "audio2face memory_mib is 14082: a node of avadot-node-gpu leaves 14081 after add-ons",
            id="memory",
        ),
    ],
)
def test_an_audio2face_pod_larger_than_its_node_is_refused(
    cpu_milli: int, memory_mib: int, message: str
) -> None:
    """The request must fit 3920m and 14481Mi less the daemons of the node."""
    server = replace(PROD.audio2face, resources=_pod(cpu_milli, memory_mib))
    with pytest.raises(SettingError) as refusal:
        check_audio2face(server, PROD.cluster)
    assert str(refusal.value) == message


@pytest.mark.usefixtures("fixed_add_ons")
def test_an_audio2face_pod_as_large_as_its_node_is_accepted() -> None:
    """The request may be exactly what the daemons leave of a g4dn.xlarge."""
    check_audio2face(replace(PROD.audio2face, resources=_pod(3620, 14081)), PROD.cluster)
