"""What goes into the images."""

import os
import re
import tomllib
from importlib.metadata import version
from importlib.util import source_hash
from pathlib import Path
from typing import Any

import pytest

from containers.image import prepare, shrink

_CONTAINERS = Path(__file__).parents[2]
_PROGRAMS = ["audio_analyzer", "video_analyzer"]


def _project(name: str) -> dict[str, Any]:
    text = (_CONTAINERS / name / "pyproject.toml").read_text()
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


def _locked(path: Path) -> dict[str, str]:
    """Return the versions of a lock, each of which has hashes."""
    pinned = r"^([a-z0-9-]+)==(\S+) \\\n    --hash=sha256:"
    return dict(re.findall(pinned, path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", _PROGRAMS)
def test_the_image_has_what_was_tested(name: str) -> None:
    """Each direct dependency in the lock is the version that runs these tests, with hashes."""
    direct = [*_project("analyzer")["dependencies"], *_project(name)["dependencies"]]
    locked = _locked(_CONTAINERS / name / "requirements.txt")

    assert direct
    for dependency in direct:
        package, _, wanted = dependency.partition("==")
        assert version(package) == wanted == locked[package]


@pytest.mark.parametrize("name", _PROGRAMS)
def test_only_an_image_with_a_detector_has_what_runs_it(name: str) -> None:
    """Beside that it has the same, version by version."""
    (extra,) = _project("analyzer")["optional-dependencies"]["detector"]
    package, _, wanted = extra.partition("==")
    usual = _locked(_CONTAINERS / name / "requirements.txt")
    equipped = _locked(_CONTAINERS / name / "requirements-detector.txt")

    assert package not in usual
    assert version(package) == wanted == equipped[package]
    assert usual.items() <= equipped.items()


def test_what_no_program_uses_is_left_out(tmp_path: Path) -> None:
    """Other services of botocore, tests, and commands with the builder's paths in them."""
    kept = ["botocore/data/s3/a.json", "botocore/data/sqs/a.json", "botocore/data/endpoints.json"]
    others = ["botocore/data/ec2/a.json", "numpy/lib/tests/a.py", "bin/uvicorn"]
    for path in [*kept, *others]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()

    shrink(tmp_path)

    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(kept)


def test_byte_code_is_valid_whatever_the_times_are(tmp_path: Path) -> None:
    """Builders round times or set them, and a pod may not write byte code."""
    source = tmp_path / "module.py"
    source.write_text("VALUE = 1\n")
    prepare(tmp_path)
    (compiled,) = tmp_path.glob("__pycache__/*.pyc")
    before = compiled.read_bytes()
    os.utime(source, (0, 0))

    prepare(tmp_path)

    assert compiled.read_bytes() == before
    flags = int.from_bytes(before[4:8], "little")
    assert flags == 0b01, "hashed, and not compared with its source"
    assert before[8:16] == source_hash(source.read_bytes())
