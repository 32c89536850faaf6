"""The one rehearsed deploy that is not left to the drills: `make test` ends with it."""

from pathlib import Path

import pytest

from settings.systems import systems
from tests.rehearsal.drill import deployed_copy, stacks_of

pytestmark = [pytest.mark.rehearsal, pytest.mark.smoke, pytest.mark.long]


def test_the_main_job_is_rehearsed(tools: Path, tmp_path: Path) -> None:
    """`cdk deploy` of the first system completes its four stacks, and nothing is left after it."""
    system = systems()[0]
    with deployed_copy(system.name, tools, tmp_path) as checkout:
        cloudformation = checkout.cloud.client("cloudformation", system.region)
        standing = {
            stack["StackName"]: stack["StackStatus"]
            for stack in cloudformation.describe_stacks()["Stacks"]
        }
        assert {standing[stack] for stack in stacks_of(system.name)} == {"CREATE_COMPLETE"}
