"""An environment of the oldest release that today's can update, under running services."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plan.changes import Replaced, compare, subject
from plan.model.assembly import read_assembly
from tests.rehearsal.avadot.drill import STACK, AvadotDrill
from tests.rehearsal.avadot.workloads import PODS
from tests.rehearsal.checkout import EDITED_APP, REPOSITORY
from tests.rehearsal.conftest import Figure
from tests.rehearsal.drill import deployed_copy
from tests.rehearsal.earlier import app

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_REGISTRY = "AvadotRegistry"


@pytest.fixture(scope="module")
def deployed(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AvadotDrill]:
    """Deploy the release from its assembly."""
    directory = tmp_path_factory.mktemp("earlier")
    with deployed_copy(STACK, tools, directory, application=app.__name__, afresh=False) as checkout:
        client = checkout.client()
        yield AvadotDrill(checkout=checkout, kubernetes=client)
        client.close()


def test_todays_release_interrupts_nothing(
    drill: AvadotDrill, tmp_path: Path, figure: Figure
) -> None:
    """All nodes and pods are replaced; `plan` names all that becomes another resource before."""
    before, after = tmp_path / "before", drill.checkout.run / "cdk.out"
    app.unpack(before)
    pods = drill.avadot.identities(*PODS)

    drill.checkout.synthesize_with(EDITED_APP)
    drill.deploy_without_a_gap()

    assert not pods.keys() & drill.avadot.identities(*PODS).keys()
    assert _replaced(before, after) == {"AWS::ECR::Repository k8s-device-plugin"}
    said = _plan(before, after, _REGISTRY)
    assert "the new one is empty, and the old one stays, with the data, outside the stack" in said
    (counts,) = (line for line in _plan(before, after, STACK).splitlines() if " added, " in line)
    figure(f"the release of {app.RELEASE} to today's ({counts}): 0 s without a ready endpoint")


def _replaced(before: Path, after: Path) -> set[str]:
    """Return what AWS does not change in place, of the environment and of its registry."""
    old, new = read_assembly(before), read_assembly(after)
    return {
        subject(change.item)
        for stack in (STACK, _REGISTRY)
        for change in compare(old, new, stack).changes
        if isinstance(change, Replaced)
    }


def _plan(before: Path, after: Path, stack: str) -> str:
    given = ("--stack", stack, "--assembly", str(after), "--before", str(before))
    ended = subprocess.run(
        [sys.executable, "-m", "plan", *given],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout
