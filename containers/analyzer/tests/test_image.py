"""What goes into the images."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

_CONTAINERS = Path(__file__).parents[2]
_PROGRAMS = ["audio_analyzer", "video_analyzer"]


@pytest.mark.parametrize("name", _PROGRAMS)
def test_the_image_has_what_was_tested(name: str) -> None:
    """Each direct dependency in the lock is the version that runs these tests, with hashes."""
    direct = [
        dependency
        for project in ("analyzer", name)
        for dependency in tomllib.loads((_CONTAINERS / project / "pyproject.toml").read_text())[
            "project"
        ]["dependencies"]
    ]
    locked = (_CONTAINERS / name / "requirements.txt").read_text()

    assert direct
    for dependency in direct:
        package, _, wanted = dependency.partition("==")
        assert version(package) == wanted
        assert re.search(rf"^{re.escape(dependency)} \\\n    --hash=sha256:", locked, re.MULTILINE)


@pytest.mark.parametrize("name", _PROGRAMS)
def test_only_what_the_image_needs_is_sent_to_the_builder(name: str) -> None:
    """What the Dockerfile copies is what its ignore file lets through."""
    dockerfile = (_CONTAINERS / name / "Dockerfile").read_text()
    passed = (_CONTAINERS / name / "Dockerfile.dockerignore").read_text().splitlines()

    copied = re.findall(r"^COPY (?!--from)(\S+) ", dockerfile, re.MULTILINE)
    assert copied == [f"{name}/requirements.txt", "analyzer", name]
    assert passed[0] == "*"
    for path in (line[1:] for line in passed if line.startswith("!")):
        assert (_CONTAINERS / path).exists()
        assert path.split("/")[0] in ("analyzer", name)
