"""Silver Guardian's cluster, whose analysers and their nodes come and go."""

from pathlib import Path

import pytest

from plan.capacity import CapacityVerdict, ClusterCapacity, capacity_of
from plan.capacity.findings import AtMaximum, AtMinimum, NodeMissing, ReleaseOfAll
from plan.model.assembly import read_assembly
from tests.plan.capacity.builder import found_of, nodes

_ANALYSERS = {"audio-analyzer", "video-analyzer"}


@pytest.fixture(scope="module")
def prod(guardian: Path) -> ClusterCapacity:
    (found,) = capacity_of(read_assembly(guardian).only("GuardianProd"))
    return found


def test_without_work_there_is_no_analyser_and_no_spot_node(prod: ClusterCapacity) -> None:
    """What is left runs on the general nodes, and nothing is uncounted."""
    finding = found_of(prod, AtMinimum())

    assert prod.grows
    assert prod.uncounted == ()
    assert finding.verdict is CapacityVerdict.FITS
    assert (nodes(finding, "general"), nodes(finding, "ml-spot")) == (2, 0)


def test_five_of_each_analyser_take_three_of_the_smallest_machines(prod: ClusterCapacity) -> None:
    """Five times 500m and five times 1 CPU beside the add-ons of three nodes of 3920m."""
    finding = found_of(prod, AtMaximum())

    assert finding.verdict is CapacityVerdict.FITS
    assert (nodes(finding, "general"), nodes(finding, "ml-spot")) == (2, 3)


def test_a_spot_node_that_is_taken_away_is_made_up_for(prod: ClusterCapacity) -> None:
    """Three of five are in use at most."""
    assert found_of(prod, NodeMissing("ml-spot", at_maximum=True)).verdict is CapacityVerdict.FITS


def test_a_release_without_work_starts_one_spot_node_for_both_checks(
    prod: ClusterCapacity,
) -> None:
    """A machine for minutes: 500m and 1 CPU on one of 3920m."""
    finding = found_of(prod, ReleaseOfAll(at_maximum=False))

    assert finding.verdict is CapacityVerdict.FITS
    assert nodes(finding, "ml-spot") == 1


def test_production_fits_in_every_scenario(prod: ClusterCapacity) -> None:
    """A release, a node, a zone: nobody waits for ever."""
    assert [one.scenario for one in prod.findings if one.verdict is not CapacityVerdict.FITS] == []


def test_development_has_one_node_less_than_a_lost_one_asks_for(guardian: Path) -> None:
    """With three spot nodes at most, the last pod waits until there is one to be had again."""
    (dev,) = capacity_of(read_assembly(guardian).only("GuardianDev"))
    finding = found_of(dev, NodeMissing("ml-spot", at_maximum=True))

    assert finding.most_waiting >= 1
    assert {one.service for one in finding.shortages} <= _ANALYSERS
    assert not any(one.stops for one in finding.shortages)
