"""What holds for every system in each of its environments."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from itertools import combinations
from pathlib import Path

import pytest

import settings
from settings import systems
from settings.checks import SettingError
from settings.images import read_images
from settings.system import System, folder_of
from settings.systems import (
    SYSTEMS,
    environments_of,
    images_file,
    images_of,
    registry_stack,
    system_of,
)
from tests.settings.examples import EXAMPLE, WORKLOAD, Example, image_of

_ROOT = Path(settings.__file__).parents[1]
every_system = pytest.mark.parametrize("system", SYSTEMS, ids=folder_of)


@every_system
def test_a_system_has_its_folder_and_its_tests(system: type[System]) -> None:
    """What names a system lies in its folder, under the same names as in every other."""
    folder = folder_of(system)
    assert system.__module__ == f"settings.{folder}.system"
    for file in ("environments.py", "images.json"):
        assert (_ROOT / "settings" / folder / file).exists()
    for file in ("examples.py", "mistakes.py", "test_system.py"):
        assert (_ROOT / "tests" / "settings" / folder / file).exists()


@every_system
def test_production_comes_first_and_keeps_its_data(system: type[System]) -> None:
    """Of the environments production alone survives `cdk destroy`, with backups and a standby."""
    production, *others = environments_of(system)
    assert production.environment == "Prod"
    assert production.retained
    assert others
    assert not any(environment.retained for environment in others)


def test_environments_stand_beside_each_other() -> None:
    """Those of one system share no stack, cluster, namespace or address; no two share a name."""
    for system in SYSTEMS:
        for one, other in combinations(environments_of(system), 2):
            assert one.cluster.name != other.cluster.name
            assert not set(one.namespaces) & set(other.namespaces)
            assert one.network.cidr != other.network.cidr
    names = [environment.name for environment in systems.systems()]
    assert len(set(names)) == len(names)


def test_every_environment_is_listed() -> None:
    """`python -m settings.systems` prints the environments, for workflows to loop over."""
    command = [sys.executable, "-m", "settings.systems"]
    printed = subprocess.run(command, check=True, capture_output=True, cwd=_ROOT)
    assert json.loads(printed.stdout) == [environment.name for environment in systems.systems()]


@every_system
def test_a_stack_tells_its_system(system: type[System]) -> None:
    """By a stack's name the system is found, for the registry as for all of an environment."""
    for environment in environments_of(system):
        assert system_of(environment.name) is system
        assert system_of(f"{environment.name}Network") is system
    assert system_of(registry_stack(system)) is system


def test_a_stack_of_no_system_is_named() -> None:
    """A stack that no system has is refused, with the systems that there are."""
    known = " and ".join(system.__name__ for system in SYSTEMS)
    with pytest.raises(LookupError) as refusal:
        system_of("ExampleProd")
    assert str(refusal.value) == f"stack 'ExampleProd' is of no system; known are {known}"


@every_system
def test_the_reviewed_file_pins_no_digest_twice(system: type[System]) -> None:
    """Two programs are never the same image, as a slip of copy and paste would have it."""
    digests = [image.digest for image in images_of(system).values()]
    assert len(set(digests)) == len(digests) > 0


@pytest.mark.parametrize(
    "environment", [each for environments in SYSTEMS.values() for each in environments]
)
def test_an_image_that_is_not_in_the_file_is_named(
    tmp_path: Path, environment: systems.Environment
) -> None:
    """An environment that asks for a missing image is refused with its name."""
    system = next(s for s, environments in SYSTEMS.items() if environment in environments)
    reviewed = read_images(images_file(system))
    assert {workload.image for workload in environment(reviewed).workloads} <= set(
        reviewed.values()
    )
    for missing in reviewed:
        others = {name: asdict(image) for name, image in reviewed.items() if name != missing}
        file = tmp_path / "images.json"
        file.write_text(json.dumps(others))
        with pytest.raises(SettingError) as refusal:
            environment(read_images(file))
        assert str(refusal.value) == (
            f"image {missing!r} is not in the image file: "
            "write an entry with repository, tag and digest, each a text"
        )


def test_an_image_lies_below_its_system_s_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account's registry is one for all systems, so each has a folder in it."""
    monkeypatch.setattr(systems, "read_images", lambda _: {"program": image_of("nvidia/x", 1)})
    with pytest.raises(SettingError) as refusal:
        images_of(Example)
    assert str(refusal.value) == (
        "image program repository is 'nvidia/x': "
        "must begin with example/, since systems may hold the same upstream image"
    )


def test_environments_of_a_system_are_in_one_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pull from one registry, which is in one region."""
    network = replace(EXAMPLE.network, zones=("us-east-1a", "us-east-1b"))
    elsewhere = replace(EXAMPLE, region="us-east-1", network=network)
    monkeypatch.setattr(systems, "read_images", lambda _: {})
    monkeypatch.setattr(systems, "SYSTEMS", {Example: (lambda _: EXAMPLE, lambda _: elsewhere)})
    with pytest.raises(SettingError) as refusal:
        environments_of(Example)
    assert str(refusal.value) == (
        "region is ['eu-west-1', 'us-east-1']: "
        "all environments of a system pull from the registry of one region"
    )


def test_a_workload_may_have_a_namespace_of_its_own() -> None:
    """All others are in the system's; each namespace is named once, the system's if it is used."""
    programs = tuple(replace(WORKLOAD, name=name) for name in ("one", "two", "three"))
    system = replace(EXAMPLE, programs=programs, elsewhere=("two",))
    assert [system.namespace_of(program) for program in programs] == [
        EXAMPLE.namespace,
        "two",
        EXAMPLE.namespace,
    ]
    assert system.namespaces == (EXAMPLE.namespace, "two")
    assert replace(system, elsewhere=("one", "two", "three")).namespaces == ("one", "two", "three")
