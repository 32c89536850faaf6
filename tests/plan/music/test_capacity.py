"""Music's cluster, whose GPUs come with a run."""

from pathlib import Path

import pytest

from plan.capacity import CapacityVerdict, ClusterCapacity, capacity_of
from plan.capacity.findings import AtMaximum, AtMinimum, NodeMissing
from plan.model.assembly import read_assembly
from tests.plan.capacity.builder import found_of, nodes


@pytest.fixture(scope="module")
def prod(music: Path) -> ClusterCapacity:
    (found,) = capacity_of(read_assembly(music).only("MusicProd"))
    return found


def test_without_a_run_there_is_no_machine_with_a_gpu(prod: ClusterCapacity) -> None:
    """Nothing is uncounted, the steps of the WorkflowTemplate included."""
    finding = found_of(prod, AtMinimum())

    assert prod.uncounted == ()
    assert finding.verdict is CapacityVerdict.FITS
    assert [nodes(finding, name) for name in ("general", "listening", "composing")] == [2, 0, 0]


def test_as_many_steps_as_may_be_have_a_machine_each(prod: ClusterCapacity) -> None:
    """Two that listen and four that compose, beside what Argo runs in each of their pods."""
    finding = found_of(prod, AtMaximum())

    assert finding.verdict is CapacityVerdict.FITS
    assert [nodes(finding, name) for name in ("general", "listening", "composing")] == [2, 2, 4]


def test_a_lost_machine_lets_one_step_wait_and_no_release(prod: ClusterCapacity) -> None:
    finding = found_of(prod, NodeMissing("composing", at_maximum=True))

    assert finding.most_waiting == 1
    assert not any(one.stops for one in finding.shortages)


def test_the_api_outlives_a_node(prod: ClusterCapacity) -> None:
    finding = found_of(prod, NodeMissing("general", at_maximum=False))

    assert finding.verdict is CapacityVerdict.FITS
