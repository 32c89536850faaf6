"""Bringing back a deploy from its checkpoint: nothing tells it from the one that was saved."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rehearsal.avadot.drill import STACK, STACKS, AvadotDrill
from tests.rehearsal.avadot.test_deploy import ONE_SERVICE_LARGER
from tests.rehearsal.avadot.workloads import PODS
from tests.rehearsal.conftest import Figure
from tests.rehearsal.drill import deployed_copy

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]


@contextmanager
def _in_cluster_of(drill: AvadotDrill) -> Iterator[AvadotDrill]:
    """Look at the cluster that now runs in the copy."""
    client = drill.checkout.client()
    try:
        yield replace(drill, kubernetes=client)
    finally:
        client.close()


def test_two_copies_run_from_one_checkpoint(
    drill: AvadotDrill, tools: Path, tmp_path: Path
) -> None:
    """Side by side, each at addresses of its own, with the same pods."""
    with (
        deployed_copy(STACK, tools, tmp_path, afresh=False) as copy,
        _in_cluster_of(replace(drill, checkout=copy)) as other,
    ):
        assert copy.cloud.port != drill.checkout.cloud.port
        assert other.avadot.identities(*PODS) == drill.avadot.identities(*PODS)
        assert other.avadot.serves()
        assert copy.deploy(STACK).must_succeed().count("(no changes)") == len(STACKS)


def test_down_and_up_again_is_the_same(drill: AvadotDrill, figure: Figure) -> None:
    """The pods are those of before, a deploy has no changes, a change and the removal work."""
    checkout, pods = drill.checkout, drill.avadot.identities(*PODS)
    checkout.down().must_succeed()
    began = time.monotonic()

    said = checkout.up(STACK).must_succeed()

    figure(f"AvadotProd after down, nothing changed: {time.monotonic() - began:.0f} s")
    assert f"{STACK}: restored" in said
    with _in_cluster_of(drill) as restored:
        assert restored.avadot.serves()
        assert restored.avadot.identities(*PODS) == pods
        assert checkout.deploy(STACK).must_succeed().count("(no changes)") == len(STACKS)

        others = [workload for workload in PODS if workload != "tarot"]
        kept = restored.avadot.identities(*others)
        checkout.edit(ONE_SERVICE_LARGER)
        checkout.up(STACK).must_succeed()
        assert restored.avadot.identities(*others) == kept
        assert not restored.avadot.identities("tarot").keys() & pods.keys()

        restored.destroy()
