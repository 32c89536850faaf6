"""What goes into the image."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

_PROJECT = Path(__file__).parents[1]


def test_the_image_has_what_was_tested() -> None:
    """Each direct dependency in the lock is the version that runs these tests, with hashes."""
    direct = tomllib.loads((_PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    text = (_PROJECT / "requirements.txt").read_text()
    pinned = r"^([a-z0-9-]+)==(\S+) (?:; .*)?\\\n    --hash=sha256:"
    locked = dict(re.findall(pinned, text, re.MULTILINE))

    assert direct
    for dependency in direct:
        package, _, wanted = dependency.partition("==")
        assert version(package) == wanted == locked[package]


def test_the_lock_names_no_index() -> None:
    """Where packages come from is the builder's concern."""
    assert "index" not in (_PROJECT / "requirements.txt").read_text()
