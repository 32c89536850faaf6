"""A system is a folder: what names one lies there, and `SYSTEMS` is the only list."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
import cdk8s
import pytest

from app import build_app
from charts.namespace import NamespaceChart
from charts.release_gate import ReleaseGateChart
from settings import systems
from settings.checks import SettingError
from settings.guardian.system import Guardian
from settings.system import System, folder_of
from settings.workloads import Workload
from stacks.cluster import ClusterStack
from stacks.network import Foundations
from stacks.system import SystemStack

_ROOT = Path(__file__).parents[1]
_FOLDERS = {folder_of(system) for system in systems.SYSTEMS}
_TITLES = {system.title.lower() for system in systems.SYSTEMS}
_ROOMS = (
    "settings",
    "charts",
    "stacks",
    "docs",
    "tests/settings",
    "tests/charts",
    "tests/stacks",
    "tests/golden/templates",
)

every_system = pytest.mark.parametrize(
    "system", systems.SYSTEMS, ids=lambda system: system.__name__
)


@pytest.mark.parametrize("room", ["settings", "charts", "stacks", "functions", "plan", "rehearsal"])
def test_only_its_own_folders_name_a_system(room: str) -> None:
    """So that a system can be added, and understood, without reading the others."""
    name = re.compile("|".join(map(re.escape, _FOLDERS | _TITLES)), re.IGNORECASE)
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", room],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")[:-1]
    shared = [
        path
        for path in tracked
        if not _FOLDERS & set(Path(path).parts[:-1])
        and path != "settings/systems.py"
        and not path.endswith("go.sum")  # names what others have written
    ]
    assert shared
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in shared
        if (_ROOT / path).is_file()
        for number, line in enumerate(_text(_ROOT / path).splitlines(), start=1)
        if name.search(f"{path} {line}")
    ]
    assert found == []


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@every_system
@pytest.mark.parametrize("room", _ROOMS)
def test_a_system_has_its_folder_in_every_room(system: type[System], room: str) -> None:
    """Whoever looks for what is one system's looks in one place."""
    folder = _ROOT / room / folder_of(system)
    assert folder.is_dir(), f"{folder} does not exist"
    assert any(folder.iterdir()), f"{folder} is empty"


@dataclass(frozen=True, kw_only=True)
class Split(Guardian):
    """A system that no list knows, with a namespace for each workload."""

    def namespace_of(self, workload: Workload) -> str:
        return f"{self.namespace}-{workload.name}"


@pytest.fixture
def split() -> Split:
    """Return production of that system."""
    production, *_ = systems.environments_of(Guardian)
    return Split(**vars(production))


def test_a_system_that_is_not_listed_is_refused(split: Split) -> None:
    """It would else silently not be deployed."""
    known = ", ".join(system.__name__ for system in systems.SYSTEMS)
    with pytest.raises(SettingError) as refused:
        build_app([split], validate=False)
    assert str(refused.value) == (
        f"system is 'Split': SYSTEMS in settings/systems.py must list it; known are {known}"
    )


def test_a_system_without_stacks_is_refused(split: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says which file is to be written, and what it must have."""
    monkeypatch.setattr("app.SYSTEMS", {Split: ()})
    monkeypatch.setattr("app.images_of", lambda _: {})
    with pytest.raises(SettingError) as refused:
        build_app([split], validate=False)
    assert str(refused.value) == (
        "system is 'Split': it has no stacks; write stacks/split/__init__.py with add(app, system)"
    )


def test_each_namespace_of_a_system_is_made(split: Split) -> None:
    """With its rules about pods and connections, and the gate's rights."""
    app = cdk.App()
    foundations = Foundations.of(app, split)
    cluster = ClusterStack(app, system=split, foundations=foundations, stores={})
    top = SystemStack(app, system=split, foundations=foundations, cluster=cluster)
    top.make_namespace()
    manifests = [
        json.loads(resource["Properties"]["Manifest"])
        for resource in cdk.assertions.Template.from_stack(top).to_json()["Resources"].values()
        if resource["Type"] == "Custom::AWSCDK-EKS-KubernetesResource"
    ]
    made = [
        (thing["kind"], thing["metadata"]["name"], thing["metadata"].get("namespace"))
        for manifest in manifests
        for thing in manifest
    ]
    assert len(split.namespaces) == len(split.workloads)
    assert made == [
        (thing["kind"], thing["metadata"]["name"], thing["metadata"].get("namespace"))
        for namespace in split.namespaces
        for chart in (
            NamespaceChart(
                cdk8s.App(),
                system=split.label,
                namespace=namespace,
                kubernetes=split.cluster.kubernetes,
            ),
            ReleaseGateChart(cdk8s.App(), system=split.label, namespace=namespace),
        )
        for thing in chart.to_json()
    ]


@pytest.mark.parametrize("wanted", [[], ["Prod"]], ids=["all", "production"])
def test_the_environments_are_printed_for_machines(wanted: list[str]) -> None:
    """The workflow that deploys takes its matrix from there, before anything is installed."""
    printed = subprocess.run(
        [sys.executable, "-S", "-m", "settings.systems", *wanted],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = [s.name for s in systems.systems() if not wanted or s.environment in wanted]
    assert json.loads(printed) == names


def test_two_systems_may_hold_the_same_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has it in a repository of its own, since the name begins with the system's."""

    def with_plugin(system: type[System]) -> Path:
        folder = folder_of(system)
        plugin = {
            "repository": f"{folder}/k8s-device-plugin",
            "tag": "0.17.1",
            "digest": f"sha256:{1:064x}",
        }
        path = tmp_path / f"{folder}.json"
        path.write_text(json.dumps({"k8s-device-plugin": plugin}))
        return path

    monkeypatch.setattr(systems, "images_file", with_plugin)
    repositories = {
        systems.images_of(system)["k8s-device-plugin"].repository for system in systems.SYSTEMS
    }
    assert len(repositories) == len(systems.SYSTEMS)


@every_system
def test_an_image_of_another_s_repository_is_refused(
    system: type[System], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two stacks would make it, and the second deploy fail."""
    image = {"repository": "other/plugin", "tag": "1.0.0", "digest": f"sha256:{1:064x}"}
    path = tmp_path / "images.json"
    path.write_text(json.dumps({"plugin": image}))
    monkeypatch.setattr(systems, "images_file", lambda _: path)
    with pytest.raises(SettingError, match=f"must begin with {folder_of(system)}/"):
        systems.images_of(system)
