"""SQL runs on a database."""

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import fields, resources, told


def _migration(digit: str) -> Document:
    return resource("Custom::Migration", "App/Migration/Table/Default", {"Migration": digit * 64})


def test_another_migration_is_a_risk() -> None:
    """It is told by the hash alone, which stands for SQL that no other change shows."""
    changes = resources({"M": _migration("a")}, {"M": _migration("b")})

    assert list(fields(changes)) == ["Migration"]
    assert told(changes, Topic.STATEFUL) == [
        (
            Severity.RISKY,
            "runs on the database, and a rollback of the stack does not take it back",
        )
    ]


def test_the_first_migration_is_none() -> None:
    """There is nothing in the database yet."""
    ((severity, _),) = told(resources({}, {"M": _migration("a")}), Topic.STATEFUL)

    assert severity is Severity.INFO


def test_the_same_migration_is_no_change() -> None:
    """A deploy does not run it again."""
    assert resources({"M": _migration("a")}, {"M": _migration("a")}).changes == ()
