"""What the application itself costs."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from plan.capacity.survey import place
from plan.cost import Cost, as_lines, cost_of
from plan.model.assembly import read_assembly
from plan.model.figures import cents
from tests.plan.cost.examples import TODAY

_LINE = re.compile(
    r"  (?P<owner>\S+) in (?P<stack>\w+), (?P<what>.+): (?P<factors>.+) = (?P<usd>[\d.]+)"
)
_FACTOR = re.compile(r"^[\d.]+")


def _cost(directory: Path, stack: str) -> Cost:
    assembly = read_assembly(directory).only(stack)
    return cost_of(assembly, TODAY, place(assembly))


@pytest.mark.parametrize("stack", ["AvadotProd", "AvadotDev"])
def test_every_printed_line_can_be_checked_with_a_calculator(avadot: Path, stack: str) -> None:
    """The factors of each line make its amount, the amounts make the printed sum."""
    text = list(as_lines(_cost(avadot, stack)))
    sums = Decimal(0)
    for line in text:
        if found := _LINE.fullmatch(line):
            product = Decimal(1)
            for factor in found["factors"].split(" \N{MULTIPLICATION SIGN} "):
                number = _FACTOR.match(factor)
                assert number, line
                product *= Decimal(number[0])
            assert cents(product) == Decimal(found["usd"]), line
            sums += Decimal(found["usd"])
    assert sums > 0
    assert any(line.startswith(f"all: {sums} per month, ") for line in text)


def test_the_gpu_nodes_belong_to_the_service_with_the_gpus(avadot: Path) -> None:
    """In production both GPUs are asked for, nothing of the group is left."""
    gpus = next(group for group in _cost(avadot, "AvadotProd").groups if group.gpus)
    assert [(share.service, share.gpus) for share in gpus.shares] == [("a2f-grpc-server", 2)]
    assert gpus.idle_usd == 0


def test_the_registry_costs_by_use_only(avadot: Path) -> None:
    """Repositories cost nothing until images lie in them."""
    found = _cost(avadot, "AvadotRegistry")
    assert not found.lines
    assert [one.what for one in found.usage] == ["images kept in ECR"]
