"""The assemblies of the application itself, synthesized once for all tests of the plan."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from app import build_app
from plan.model.assembly import Assembly, read_assembly
from settings.avadot.system import Avadot
from settings.guardian.system import Guardian
from settings.system import System
from settings.systems import environments_of, systems
from tests.stacks.synths import as_the_cli_does


@pytest.fixture(scope="session")
def avadot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of the assembly of production and development; leave it as it is."""
    return _written(tmp_path_factory.mktemp("avadot"), *environments_of(Avadot))


@pytest.fixture(scope="session")
def guardian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of that of Silver Guardian in both environments; leave it as it is."""
    return _written(tmp_path_factory.mktemp("guardian"), *environments_of(Guardian))


@dataclass(frozen=True)
class Deployed:
    """A system in an environment: its assembly, and the stack that is deployed."""

    directory: Path
    stack: str

    @property
    def assembly(self) -> Assembly:
        """Return the stack with all it depends on."""
        return read_assembly(self.directory).only(self.stack)


@pytest.fixture(params=systems(), ids=lambda system: system.name)
def deployed(request: pytest.FixtureRequest) -> Deployed:
    """Return each system in each environment."""
    system: System = request.param
    return Deployed(request.getfixturevalue(system.label), system.name)


def _written(parent: Path, *environments: System) -> Path:
    directory = parent / "cdk.out"
    with as_the_cli_does(str(directory)):
        build_app(environments, validate=False).synth()
    return directory
