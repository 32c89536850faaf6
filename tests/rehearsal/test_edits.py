"""The changes that drills make of the tree, seen before a rehearsal has run for half an hour."""

import ast
from importlib import import_module
from pkgutil import walk_packages

import pytest

from tests import rehearsal
from tests.rehearsal.checkout import REPOSITORY, Edit

_EDITS = {
    f"{module.name}.{name}": value
    for module in walk_packages(rehearsal.__path__, f"{rehearsal.__name__}.")
    for name, value in vars(import_module(module.name)).items()
    if isinstance(value, Edit)
}


@pytest.mark.parametrize("edit", _EDITS.values(), ids=_EDITS)
def test_finds_its_text_and_leaves_a_program(edit: Edit) -> None:
    """The file still says what the drill replaces, once, and can be read by Python afterwards."""
    ast.parse(edit.applied((REPOSITORY / edit.file).read_text()))
