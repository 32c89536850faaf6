"""What a machine offers to pods."""

import pytest

from catalog import UnknownFactError, instance_type
from catalog.reader import read

_TABLE = read("instances.json")


@pytest.mark.parametrize(
    ("name", "gpus", "cpu_and_memory", "pods"),
    [
        ("t3.large", 0, (1930, 6837), 35),
        ("g4dn.xlarge", 1, (3920, 14481), 29),
    ],
)
def test_machines_offer_what_the_specification_counts_on(
    name: str, gpus: int, cpu_and_memory: tuple[int, int], pods: int
) -> None:
    """The two instance types of the specification have its allocatable figures."""
    machine = instance_type(name)
    assert machine.gpus == gpus
    assert (machine.allocatable_cpu_milli, machine.allocatable_memory_mib) == cpu_and_memory
    assert machine.max_pods == pods


@pytest.mark.parametrize("name", _TABLE["types"])
def test_kubernetes_keeps_what_its_formula_keeps(name: str) -> None:
    """Allocatable CPU is the machine less 6, 1, 0.5 and 0.5 % of its first four cores."""
    machine = instance_type(name)
    kept = sum((60, 10, 5, 5)[: machine.vcpu]) + 2.5 * max(machine.vcpu - 4, 0)
    assert machine.allocatable_cpu_milli == int(machine.vcpu * 1000 - kept)


@pytest.mark.parametrize("name", _TABLE["types"])
def test_no_machine_offers_all_its_memory(name: str) -> None:
    """Every type keeps memory for its kubelet by number of pods, and for eviction."""
    machine = instance_type(name)
    kept = 11 * machine.max_pods + 255 + 100
    assert 0 < machine.allocatable_memory_mib <= machine.memory_mib - kept


def test_a_retired_type_is_refused_with_its_successors() -> None:
    """A p3 is refused with the reason and what to use."""
    with pytest.raises(UnknownFactError) as refusal:
        instance_type("p3.16xlarge")
    assert str(refusal.value) == (
        "instance type 'p3.16xlarge' is retired: EC2 stopped describing it in May 2026; use p4d"
    )


def test_an_unknown_type_is_refused_with_the_known_ones() -> None:
    """A type outside the catalog is refused, and the catalog is listed."""
    with pytest.raises(UnknownFactError) as refusal:
        instance_type("g6f.large")
    assert str(refusal.value) == (
        "instance type 'g6f.large' is not in the catalog; known are " + ", ".join(_TABLE["types"])
    )


def test_no_type_is_both_retired_and_offered() -> None:
    """A type that EC2 retired left the list of those that can be chosen."""
    assert not set(_TABLE["retired"]) & set(_TABLE["types"])
