"""Each program that a finding names is run by a test with what the finding says."""

import re
from pathlib import Path

from tests.remedies.examples import programs, typed

_ROOT = Path(__file__).parents[2]
_RUN_BY = {
    "aws": "tests/rehearsal/unit/cloud/test_advised_commands.py",
    "cdk": "tests/rehearsal/unit/cloud/test_advised_commands.py",
    "helm": "tests/rehearsal/unit/cloud/test_advised_commands.py",
    "kubectl": "tests/rehearsal/test_advised_commands.py",
    "make": "tests/remedies/test_programs.py",
    "docker": "tests/remedies/test_programs.py",
}
_REFERENCE = re.compile(r"[\w.-]+(:\d+)?(/[a-z0-9._-]+)+:[\w.-]+")
"""Of an image: registry, repository and tag."""


def test_every_program_has_a_test_that_runs_its_commands() -> None:
    """Such a test takes them from the findings, so that it runs each that is added, too."""
    assert programs() == _RUN_BY.keys()
    for program, file in _RUN_BY.items():
        assert f'typed("{program}")' in (_ROOT / file).read_text()


def test_make_has_the_targets_and_reads_the_variables() -> None:
    makefile = (_ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    for _, target, *given in typed("make"):
        assert target in targets
        for variable in (word.partition("=")[0] for word in given):
            assert f"$({variable})" in makefile


def test_what_is_pushed_is_named_as_an_image() -> None:
    """Docker is no part of what is installed here."""
    for _, verb, image in typed("docker"):
        assert verb == "push"
        assert _REFERENCE.fullmatch(image)
