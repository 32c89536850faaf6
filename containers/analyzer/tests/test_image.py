"""What goes into the images."""

import os
import re
import tomllib
from importlib.metadata import version
from importlib.util import source_hash
from pathlib import Path

import pytest

from containers.image import prepare, shrink

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
