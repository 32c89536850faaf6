"""The assemblies of the application itself, synthesized once for all tests of the plan."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from app import build_app
from plan.model.assembly import Assembly, read_assembly
from settings.system import System
from tests.stacks.synths import DEV, GUARDIANS, PROD, REVIEWED, as_the_cli_does


@pytest.fixture(scope="session")
def avadot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of the assembly of production and development; leave it as it is."""
    return _written(tmp_path_factory.mktemp("avadot"), PROD, DEV)


@pytest.fixture(scope="session")
def guardian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of that of Silver Guardian in both environments; leave it as it is."""
    return _written(tmp_path_factory.mktemp("guardian"), *GUARDIANS)


@dataclass(frozen=True)
class Deployed:
    """A system in an environment: its assembly, and the stack that is deployed."""

    directory: Path
    stack: str

    @property
    def assembly(self) -> Assembly:
        """Return the stack with all it depends on."""
        return read_assembly(self.directory).only(self.stack)


@pytest.fixture(params=["AvadotProd", "AvadotDev", "GuardianProd", "GuardianDev"])
def deployed(request: pytest.FixtureRequest) -> Deployed:
    """Return each system in each environment."""
    system = "avadot" if request.param.startswith("Avadot") else "guardian"
    return Deployed(request.getfixturevalue(system), request.param)


def _written(parent: Path, *systems: System) -> Path:
    directory = parent / "cdk.out"
    with as_the_cli_does(str(directory)):
        build_app(REVIEWED, systems, validate=False).synth()
    return directory
