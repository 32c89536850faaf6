"""The assembly of the application itself, synthesized once for all tests of the plan."""

from pathlib import Path

import pytest

from app import build_app
from tests.stacks.synths import DEV, PROD, REVIEWED, as_the_cli_does


@pytest.fixture(scope="session")
def avadot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of the assembly of production and development; leave it as it is."""
    directory = tmp_path_factory.mktemp("avadot") / "cdk.out"
    with as_the_cli_does(str(directory)):
        build_app(REVIEWED, [PROD, DEV], validate=False).synth()
    return directory
