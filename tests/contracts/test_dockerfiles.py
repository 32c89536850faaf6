"""Images run on the machines that pods get, as the user that pods are, and start what is there."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from charts.pod import USER
from settings.guardian.analyzers import Analyzer
from tests.settings.guardian.examples import PROD

_CONTAINERS = Path(__file__).parents[2] / "containers"
_FILES = sorted(_CONTAINERS.glob("*/Dockerfile"))
_BUILT_PAGE = "music_page/dist"

every_file = pytest.mark.parametrize("file", _FILES, ids=lambda file: file.parent.name)


def _instructions(file: Path, name: str) -> list[str]:
    """Return what follows an instruction, with continued lines as one."""
    text = file.read_text().replace("\\\n", " ")
    return re.findall(rf"^{name} +(.*)$", text, re.MULTILINE)


def test_each_program_with_an_image_is_looked_at() -> None:
    assert len(_FILES) == 8


@every_file
def test_an_image_is_for_the_processors_of_the_nodes(file: Path) -> None:
    """All node images are for x86-64 (stacks/parts/node_group.py), and so is what builds here."""
    stages = _instructions(file, "FROM")
    assert stages
    for stage in stages:
        assert re.findall(r"--platform=(\S+)", stage) in ([], ["linux/amd64"]), stage


@every_file
def test_an_image_begins_with_a_base_that_cannot_move(file: Path) -> None:
    """Every stage is the base that is named by digest, or one before it."""
    (base,) = [one for one in _instructions(file, "ARG") if one.startswith("BASE=")]
    assert re.fullmatch(r"BASE=\S+@sha256:[0-9a-f]{64}", base)
    for stage in _instructions(file, "FROM"):
        assert "${BASE}" in stage.split()


@every_file
def test_an_image_is_of_the_pods_user(file: Path) -> None:
    """Not of root, whom the namespace refuses where a pod says no user."""
    assert _instructions(file, "USER") == [f"{USER}:{USER}"]


@every_file
def test_an_image_starts_a_program_that_is_there(file: Path) -> None:
    """By a process that hands signals on, since as the first one a program would ignore them."""
    (entry,) = _instructions(file, "ENTRYPOINT")
    command = json.loads(entry)
    assert command[:3] == ["tini-static", "-s", "--"]
    assert command[3:5] == ["python", "-m"]
    assert command[5] == file.parent.name
    assert find_spec(f"{command[5]}.__main__")


@every_file
def test_what_an_image_copies_is_there(file: Path) -> None:
    """The context is the folder of all containers; `make images` builds the page before."""
    for copied in _instructions(file, "COPY"):
        words = [word for word in copied.split() if not word.startswith("--")]
        if "--from=" not in copied:
            for source in words[:-1]:
                assert source == _BUILT_PAGE or (_CONTAINERS / source).exists(), source


@pytest.mark.parametrize("analyzer", PROD.workloads, ids=lambda one: one.name)
def test_an_image_tells_the_port_that_its_pod_has(analyzer: Analyzer) -> None:
    file = _CONTAINERS / analyzer.name.replace("-", "_") / "Dockerfile"
    assert _instructions(file, "EXPOSE") == [str(analyzer.port)]
