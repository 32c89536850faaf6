"""The application's own clusters."""

from dataclasses import replace
from pathlib import Path

import pytest

from plan.capacity import CapacityVerdict, ClusterCapacity, capacity_of
from plan.capacity.findings import (
    AtMaximum,
    AtMinimum,
    NodeMissing,
    ReleaseOfAll,
    WorkloadRelease,
    ZoneMissing,
)
from plan.model.assembly import Assembly, read_assembly
from plan.model.kubernetes import CHART
from tests.plan.capacity.builder import found_of

_SERVICES = {"backend", "blind-date", "concierge", "custom-chat", "fact-worker", "tarot"}
_SERVICE_PODS = 12


@pytest.fixture(scope="module")
def assembly(avadot: Path) -> Assembly:
    return read_assembly(avadot).only("AvadotProd")


@pytest.fixture(scope="module")
def prod(assembly: Assembly) -> ClusterCapacity:
    (found,) = capacity_of(assembly)
    return found


def test_production_fits_at_every_size(prod: ClusterCapacity) -> None:
    """At its minimum and at its maximum every pod has a node, and nothing is uncounted."""
    assert prod.cluster == "avadot-cluster"
    assert prod.uncounted == ()
    assert found_of(prod, AtMinimum()).verdict is CapacityVerdict.FITS
    assert found_of(prod, AtMaximum()).verdict is CapacityVerdict.FITS


def test_every_service_can_be_released(prod: ClusterCapacity) -> None:
    """Each alone, and all at once while the autoscalers are at their minimum."""
    releases = [one for one in prod.findings if isinstance(one.scenario, WorkloadRelease)]

    assert len(releases) == len(_SERVICES) + 1
    assert all(one.verdict is CapacityVerdict.FITS for one in releases)
    assert found_of(prod, ReleaseOfAll(at_maximum=False)).verdict is CapacityVerdict.FITS


def test_one_node_is_too_small_for_all_services(prod: ClusterCapacity) -> None:
    """Nine service pods run beside every add-on's, as the README says, and no service stops."""
    finding = found_of(prod, NodeMissing("avadot-nodes"))

    assert finding.fewest_waiting == finding.most_waiting == _SERVICE_PODS - 9
    assert {one.service for one in finding.shortages} == _SERVICES
    assert not any(one.stops for one in finding.shortages)
    assert all("Insufficient cpu" in one.reasons[0] for one in finding.shortages)


def test_without_the_chart_eleven_service_pods_run(assembly: Assembly) -> None:
    """As in the drill, where charts are not installed."""
    stacks = tuple(
        replace(
            stack,
            resources={name: one for name, one in stack.resources.items() if one.type != CHART},
        )
        for stack in assembly.stacks
    )
    (found,) = capacity_of(Assembly(stacks))
    finding = found_of(found, NodeMissing("avadot-nodes"))

    assert finding.fewest_waiting == finding.most_waiting == _SERVICE_PODS - 11


def test_a_missing_gpu_node_takes_its_pod_along(prod: ClusterCapacity) -> None:
    """Audio2Face goes on with the other pod."""
    (shortage,) = found_of(prod, NodeMissing("avadot-node-gpu")).shortages

    assert (shortage.service, shortage.most, shortage.pods) == ("a2f-grpc-server", 1, 2)


def test_development_stops_audio2face_with_its_only_gpu_node(avadot: Path) -> None:
    """The zone with that node takes all of Audio2Face along, and it stops first."""
    (dev,) = capacity_of(read_assembly(avadot).only("AvadotDev"))
    findings = [found_of(dev, ZoneMissing(f"ap-northeast-2{letter}")) for letter in "ac"]

    assert {one.stops_first for one in findings if one.shortages[0].stops} == {"a2f-grpc-server"}
