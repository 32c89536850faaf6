"""How long the application itself takes to deploy."""

import re
from pathlib import Path

import pytest

from plan.model.assembly import read_assembly
from plan.time import DeployTime, as_lines
from tests.plan.time.examples import changed, first

_MINUTE = 60
_TIME = re.compile(r"(?:(\d+) min )?(\d+) s")
_STEP = re.compile(r"  (?P<times>.* = )?(?P<span>[^()=]+) \([ASIU]\): .+")


def _first(directory: Path, stack: str = "AvadotProd") -> DeployTime:
    return first(read_assembly(directory).only(stack))


def _seconds(span: str) -> tuple[int, int]:
    """Return both ends of a printed span; one figure is both."""
    low, _, high = span.partition(" to ")
    ends = []
    for text in (low, high or low):
        found = _TIME.search(text)
        assert found, span
        ends.append(_MINUTE * int(found[1] or 0) + int(found[2]))
    return ends[0], ends[1]


def test_the_critical_path_goes_by_gateway_database_cluster_and_engine(avadot: Path) -> None:
    """In each stack of production the slow thing is on the path."""
    steps = {stack.name: [step.what for step in stack.steps] for stack in _first(avadot).stacks}
    assert "create AWS::EC2::NatGateway" in steps["AvadotProdNetwork"]
    assert "create AWS::RDS::DBInstance" in steps["AvadotProdData"]
    assert "create AWS::EKS::Cluster" in steps["AvadotProdCluster"]
    assert "create Custom::Release" in steps["AvadotProdCluster"]
    assert "engine build" in steps["AvadotProd"]


@pytest.mark.parametrize("stack", ["AvadotProd", "AvadotDev", "AvadotRegistry"])
def test_every_printed_sum_can_be_checked(avadot: Path, stack: str) -> None:
    """The steps of a stack make its time, the stacks make the time of the deploy."""
    found = _first(avadot, stack)
    text = list(as_lines(found))
    whole = [0, 0]
    for one in found.stacks:
        (place,) = [i for i, line in enumerate(text) if line.startswith(f"{one.name}: ")]
        steps = [
            _seconds(step["span"]) for line in text[place + 1 :] if (step := _STEP.match(line))
        ]
        own = steps[: len(one.steps)]
        sums = tuple(sum(end) for end in zip(*own, strict=True))
        assert _seconds(text[place].partition(";")[0]) == sums
        whole = [total + part for total, part in zip(whole, sums, strict=True)]
    assert _seconds(text[0]) == tuple(whole)


def test_the_same_assembly_takes_seconds(avadot: Path) -> None:
    """Four stacks without a change are looked at, nothing more."""
    assembly = read_assembly(avadot).only("AvadotProd")
    found = changed(assembly, assembly)
    assert not any(stack.actions for stack in found.stacks)
    assert found.seconds.high < _MINUTE
