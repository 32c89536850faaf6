"""The pods fit the machines, or the settings are refused."""

from dataclasses import replace

import pytest

from settings.capacity import Room, check_services, room_for_services
from settings.checks import SettingError
from settings.workloads import Autoscaling, CpuService, Resources
from tests.settings.examples import CPU_NODES, PROD, SERVICES, cluster_of, pod_of


def _service(pod: Resources, pods: int) -> CpuService:
    """Return a service that grows to a number of such pods."""
    return replace(
        SERVICES["backend"],
        resources=pod,
        autoscaling=Autoscaling(minimum=1, maximum=pods, cpu_percent=70),
    )


def test_all_services_at_their_maximum_fit_production() -> None:
    """Two t3.large hold 24 pods of 100m and 256Mi beside the add-ons."""
    room = room_for_services(cluster_of(CPU_NODES))
    assert sum(service.autoscaling.maximum for service in PROD.services) == 24
    assert 2400 <= room.cpu_milli < 3860
    assert 24 * 256 <= room.memory_mib < 13674
    assert 24 <= room.pods < 70


def test_a_fifth_pod_for_each_service_does_not_fit() -> None:
    """An autoscaler maximum of 5 is refused with what the nodes leave."""
    five = Autoscaling(minimum=2, maximum=5, cpu_percent=70)
    services = tuple(replace(service, autoscaling=five) for service in PROD.services)
    left = room_for_services(cluster_of(CPU_NODES)).cpu_milli
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
    assert room_for_services(cluster_of(three_at_most)) == Room(
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
        check_services([_service(pod_of(cpu_milli, memory_mib), pods)], cluster_of(CPU_NODES))
    assert str(refusal.value) == message


@pytest.mark.usefixtures("fixed_add_ons")
@pytest.mark.parametrize(
    ("cpu_milli", "memory_mib", "pods"),
    [(640, 256, 4), (100, 5687, 2), (10, 10, 50)],
    ids=["CPU", "memory", "pods"],
)
def test_the_last_unit_is_given_away(cpu_milli: int, memory_mib: int, pods: int) -> None:
    """Services that take exactly what the nodes leave are accepted."""
    check_services([_service(pod_of(cpu_milli, memory_mib), pods)], cluster_of(CPU_NODES))


def test_a_node_more_makes_room_for_a_fifthpod_of() -> None:
    """The remedy that the message names works."""
    five = Autoscaling(minimum=2, maximum=5, cpu_percent=70)
    services = [replace(service, autoscaling=five) for service in PROD.services]
    check_services(services, cluster_of(replace(CPU_NODES, minimum=3, maximum=3)))
    with pytest.raises(SettingError):
        check_services(services, cluster_of(CPU_NODES))
