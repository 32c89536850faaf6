"""The assemblies of the application itself, synthesized once for all tests of the plan."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from app import build_app
from plan.model.assembly import Assembly, read_assembly
from settings.system import System, folder_of
from settings.systems import SYSTEMS, environments_of, systems
from tests.stacks.synths import as_the_cli_does


@dataclass(frozen=True)
class Deployed:
    """A system in an environment: its assembly, and the stack that is deployed."""

    directory: Path
    stack: str

    @property
    def assembly(self) -> Assembly:
        """Return the stack with all it depends on."""
        return read_assembly(self.directory).only(self.stack)


class Assemblies:
    """The directory of each system's assembly, all its environments in it; leave it as it is."""

    def __init__(self, parent: pytest.TempPathFactory) -> None:
        self._parent = parent
        self._written: dict[str, Path] = {}

    def of(self, system: type[System]) -> Path:
        folder = folder_of(system)
        if folder not in self._written:
            directory = self._parent.mktemp(folder) / "cdk.out"
            with as_the_cli_does(str(directory)):
                build_app(environments_of(system), validate=False).synth()
            self._written[folder] = directory
        return self._written[folder]


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> Assemblies:
    return Assemblies(tmp_path_factory)


def _assembly_of(folder: str, assemblies: Assemblies) -> Path:
    (system,) = (system for system in SYSTEMS if folder_of(system) == folder)
    return assemblies.of(system)


@pytest.fixture(scope="session")
def avadot(assemblies: Assemblies) -> Path:
    return _assembly_of("avadot", assemblies)


@pytest.fixture(scope="session")
def guardian(assemblies: Assemblies) -> Path:
    return _assembly_of("guardian", assemblies)


@pytest.fixture(params=systems(), ids=lambda system: system.name)
def deployed(request: pytest.FixtureRequest, assemblies: Assemblies) -> Deployed:
    """Return each system in each environment."""
    return Deployed(assemblies.of(type(request.param)), request.param.name)


@pytest.fixture(params=SYSTEMS, ids=folder_of)
def production(request: pytest.FixtureRequest, assemblies: Assemblies) -> Deployed:
    """Return each system in production."""
    return Deployed(assemblies.of(request.param), environments_of(request.param)[0].name)


@pytest.fixture(scope="session")
def music(assemblies: Assemblies) -> Path:
    return _assembly_of("music", assemblies)
