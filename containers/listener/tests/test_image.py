"""What goes into the image, and what was tested."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

_CONTAINERS = Path(__file__).parents[2]
_LOCKS = ["requirements.txt", "requirements-gpu.txt"]


def _project(name: str) -> dict[str, Any]:
    text = (_CONTAINERS / name / "pyproject.toml").read_text()
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


def _locked(name: str) -> dict[str, str]:
    """Return the versions of a lock, each of which has hashes."""
    pinned = r"^([a-z0-9-]+)==(\S+) (?:; .* )?\\\n    --hash=sha256:"
    text = (_CONTAINERS / "listener" / name).read_text()
    found = dict(re.findall(pinned, text, re.MULTILINE))
    assert len(found) == text.count("==") - text.count("== '")
    return found


@pytest.mark.parametrize("name", _LOCKS)
def test_the_locks_have_what_is_asked_for(name: str) -> None:
    """Version by version, from no index of this machine."""
    direct = [*_project("step")["dependencies"], *_project("listener")["dependencies"]]
    locked = _locked(name)

    assert all(locked[package] == wanted for package, _, wanted in _parted(direct))
    assert "index-url" not in (_CONTAINERS / "listener" / name).read_text()


def test_only_the_image_has_what_a_gpu_needs() -> None:
    """Beside that both are the same."""
    ((package, _, wanted),) = _parted(_project("listener")["optional-dependencies"]["gpu"])
    usual, gpu = (_locked(name) for name in _LOCKS)

    assert package not in usual
    assert gpu[package] == wanted.partition(";")[0]
    assert usual.items() <= gpu.items()
    assert set(gpu) - set(usual) == {package}


@pytest.mark.parametrize("name", _LOCKS)
def test_no_image_has_torch(name: str) -> None:
    """It is a gigabyte that a cold node would wait for."""
    assert not {"torch", "tensorflow", "transformers"} & set(_locked(name))


def test_what_the_project_has_too_is_the_same_version() -> None:
    """What `make test` runs is what the image runs."""
    development = (_CONTAINERS.parent / "requirements-dev.txt").read_text()

    for package in ("boto3", "numpy", "onnxruntime"):
        assert f"\n{package}=={_locked('requirements.txt')[package]} " in development


def _parted(dependencies: list[str]) -> list[tuple[str, str, str]]:
    return [dependency.partition("==") for dependency in dependencies]
