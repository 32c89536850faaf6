"""The plan's verdict on capacity, with the real scheduler as the judge."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from random import Random

import pytest

from plan.capacity import CapacityFinding, CapacityVerdict, ClusterCapacity, Scenario, capacity_of
from plan.capacity.findings import AtMaximum, AtMinimum, NodeMissing, ReleaseOfAll
from tests.rehearsal.capacity import place, room
from tests.rehearsal.capacity.cases import RULES, case
from tests.rehearsal.capacity.drawn import Case
from tests.rehearsal.capacity.stage import Seen, Stage, stage
from tests.rehearsal.checkout import TOOLS

pytestmark = pytest.mark.rehearsal


def _numbers(*rules: Callable[[Random], Case]) -> list[int]:
    """Return the numbers of the first cases that rules draw."""
    return [RULES.index(rule) for rule in rules]


_CASES = range(2 * len(RULES))
_SCALED = _numbers(room.memory, place.preferences, room.init_containers)
_RELEASED = _numbers(room.mixed_sizes, place.apart, place.spread, room.in_order)
_WITHOUT_A_NODE = _numbers(room.number_of_pods, room.daemons, room.disks)


@pytest.fixture(scope="module")
def on_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Share one control plane: each case has it to itself."""
    with stage(tmp_path_factory.mktemp("capacity"), TOOLS) as started:
        yield started


@pytest.mark.parametrize("number", _CASES)
def test_the_scheduler_agrees(on_stage: Stage, number: int) -> None:
    """The same pods wait, and for the same reasons, when a case is deployed and when it changes."""
    drawn = case(number)
    found = _found(number)
    seen = on_stage.play(drawn)
    finding = _of(found, AtMinimum())
    _agree(seen, finding)
    for key, reasons in seen.reasons.items():
        assert reasons <= _reasons(finding, key)

    for scenario, seen in _what_follows(on_stage, drawn, number):
        finding = _of(found, scenario)
        _agree(seen, finding)
        for key, reasons in seen.reasons.items():
            # The scheduler does not try again where a change cannot help: its numbers are old.
            assert set(map(_words, reasons)) <= set(map(_words, _reasons(finding, key)))


def test_the_cases_are_worth_a_judge() -> None:
    """In thirty cases no order changes the verdict; some fit, and the others have many reasons."""
    findings = [_of(_found(number), AtMinimum()) for number in _CASES]
    certain = [finding for finding in findings if finding.is_certain]
    short = [finding for finding in certain if finding.verdict is CapacityVerdict.SHORT]
    words = {_words(reason) for one in short for it in one.shortages for reason in it.reasons}

    assert len(certain) >= 30
    assert 10 <= len(short) <= len(certain) - 8
    assert len(words) >= 9


def _agree(seen: Seen, finding: CapacityFinding) -> None:
    """Require the same pods to wait; where that depends on the order, none but those named."""
    if finding.is_certain:
        assert seen.waiting == {one.workload: one.most for one in finding.shortages}
    else:
        assert seen.waiting.keys() <= {one.workload for one in finding.shortages}
        assert seen.waiting or finding.verdict is CapacityVerdict.DEPENDS


def _what_follows(on_stage: Stage, drawn: Case, number: int) -> Iterator[tuple[Scenario, Seen]]:
    if number in _SCALED:
        yield AtMaximum(), on_stage.scale()
    if number in _RELEASED:
        yield ReleaseOfAll(at_maximum=False), on_stage.release()
    if number in _WITHOUT_A_NODE:
        group = drawn.groups[0].name
        yield NodeMissing(group), on_stage.lose_node(group)


@cache
def _found(number: int) -> ClusterCapacity:
    (found,) = capacity_of(case(number).assembly)
    return found


def _of(found: ClusterCapacity, scenario: Scenario) -> CapacityFinding:
    (finding,) = (one for one in found.findings if one.scenario == scenario)
    return finding


def _reasons(finding: CapacityFinding, workload: str) -> frozenset[str]:
    (shortage,) = (one for one in finding.shortages if one.workload == workload)
    return frozenset(shortage.reasons)


def _words(reason: str) -> str:
    """Leave the numbers of nodes out."""
    return re.sub(r"\d+", "n", reason)
