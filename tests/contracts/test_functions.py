"""Functions find in their environment what they read, and are told nothing that nobody reads."""

import ast
from functools import cache
from pathlib import Path

import pytest

from plan.model.assembly import Resource
from tests.settings.guardian.examples import PROD
from tests.stacks.synths import synthesize

_FUNCTIONS = Path(__file__).parents[2] / "functions"
_FOLDER = "guardian"
_OF_LAMBDA = {"AWS_REGION"}
_HANDLERS = ("begin", "context", "save", "migrate", "upload", "result", "dead_letters")


@cache
def _functions() -> dict[str, Resource]:
    """Return the functions of a release by the module that they start."""
    stack = synthesize([PROD]).assembly.stack(PROD.name)
    found = {}
    for function in stack.of_type("AWS::Lambda::Function"):
        folder, _, rest = str(function.properties["Handler"]).partition(".")
        if folder == _FOLDER:
            found[rest.partition(".")[0]] = function
    return found


def _read(module: str, seen: set[str]) -> set[str]:
    """Return the variables that a module reads, and those that it imports do."""
    if module in seen:
        return set()
    seen.add(module)
    tree = ast.parse((_FUNCTIONS / _FOLDER / f"{module}.py").read_text())
    names = {
        str(node.slice.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and ast.unparse(node.value) == "os.environ"
        and isinstance(node.slice, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            names |= _read(node.module, seen)
    return names


@pytest.mark.parametrize("module", _HANDLERS)
def test_a_function_is_told_what_it_reads(module: str) -> None:
    """A variable that is missing shows at the first event, one that nobody reads never."""
    told = _functions()[module].properties.get("Environment", {}).get("Variables", {}).keys()
    assert told == _read(module, set()) - _OF_LAMBDA


def _waits_for_its_database() -> int:
    """Return after how many seconds a function gives up a connection to its database."""
    tree = ast.parse((_FUNCTIONS / _FOLDER / "database.py").read_text())
    constants = {
        ast.unparse(node.targets[0]): node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    (waited,) = [
        constants[ast.unparse(node.value)]
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "timeout"
    ]
    assert isinstance(waited, int)
    return waited


def test_a_function_lives_as_long_as_it_waits_for_its_database() -> None:
    """Lambda would end it before, without a word about what it waits for."""
    limits = {
        name: int(function.properties["Timeout"])
        for name, function in _functions().items()
        if "DATABASE_HOST" in function.properties.get("Environment", {}).get("Variables", {})
    }

    assert limits
    assert {n: limit for n, limit in limits.items() if limit < _waits_for_its_database()} == {}


def test_every_function_is_looked_at() -> None:
    assert _functions().keys() == set(_HANDLERS)
