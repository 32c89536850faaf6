"""SQL runs on a database, once for each new migration."""

from collections.abc import Iterator

from plan.changes.nouns import Added, Change, Changed, Finding, Severity, Topic, about
from plan.changes.sides import Sides
from plan.model.assembly import Resource


def look(change: Change, _: Sides) -> Iterator[Finding]:
    """Yield that a migration runs; on a new database there is nothing to lose."""
    match change:
        case Changed(item=Resource(type="Custom::Migration") as item):
            sentence = "runs on the database, and a rollback of the stack does not take it back"
            yield about(item, Topic.STATEFUL, Severity.RISKY, sentence)
        case Added(Resource(type="Custom::Migration") as item):
            sentence = "runs on the database for the first time"
            yield about(item, Topic.STATEFUL, Severity.INFO, sentence)
