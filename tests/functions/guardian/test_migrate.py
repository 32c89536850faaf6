"""The migration makes one table and one role, however often and by however many it is run."""

from concurrent.futures import ThreadPoolExecutor

import pg8000.exceptions
import pytest

from functions.guardian import migrate as migration

from .conftest import Stub
from .postgres import MASTER, PASSWORD
from .rows import Rows, migrate


def test_migration_runs_again_without_harm(rows: Rows, stub: Stub) -> None:
    """A stack that is created again finds the table of the former one, and its rows."""
    with rows.postgres.superuser() as connection:
        connection.run(
            "INSERT INTO analysis_results (video_id, user_id, s3_key, s3_version_id, sequencer,"
            " execution, status) VALUES (gen_random_uuid(), 'u', 'k', 'v', 's', 'e', 'processing')"
        )

    answer = migrate(stub)

    assert answer == {"PhysicalResourceId": "analysis_results"}
    assert len(rows.all()) == 1


def test_migrations_at_the_same_time_wait_for_each_other(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock, two of them would both find no role and both make it."""
    with rows.postgres.superuser() as connection:
        connection.run("DROP TABLE IF EXISTS analysis_results")
        connection.run("DROP OWNED BY guardian_app")
        connection.run("DROP ROLE guardian_app")
    secret = f'{{"username": "{MASTER}", "password": "{PASSWORD}"}}'

    class Secrets:
        def get_secret_value(self, **_: str) -> dict[str, str]:
            return {"SecretString": secret}

    monkeypatch.setattr(migration, "client", lambda _service: Secrets())
    event = {"RequestType": "Update", "PhysicalResourceId": "kept"}
    properties = {"ResourceProperties": {"Migration": "hash"}}

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: migration.handler({**event, **properties}, None), range(8))
        )

    assert answers == [{"PhysicalResourceId": "kept"}] * 8


def test_removed_stack_keeps_its_data(rows: Rows) -> None:
    """The database is older than the stack and outlives it."""
    answer = migration.handler(
        {"RequestType": "Delete", "PhysicalResourceId": "analysis_results"}, None
    )

    assert answer == {"PhysicalResourceId": "analysis_results"}
    assert rows.all() == []


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ("DELETE FROM analysis_results", "permission denied for table analysis_results"),
        ("TRUNCATE analysis_results", "permission denied for table analysis_results"),
        ("DROP TABLE analysis_results", "must be owner of table analysis_results"),
        ("CREATE TABLE more (a int)", "permission denied for schema public"),
        ("CREATE ROLE more", "permission denied to create role"),
    ],
)
def test_application_may_only_use_the_table(rows: Rows, statement: str, refused: str) -> None:
    """What a stolen token could do ends here."""
    with rows.postgres.superuser() as connection:
        connection.run("SET ROLE guardian_app")
        assert connection.run("SELECT count(*) FROM analysis_results") == [[0]]
        with pytest.raises(pg8000.exceptions.DatabaseError, match=refused):
            connection.run(statement)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("status = 'completed'", "only_what_is_completed_has_a_score"),
        ("final_score = 50, band = 'medium'", "only_what_is_completed_has_a_score"),
        ("status = 'failed'", "a_failure_has_a_reason"),
        ("status = 'completed', final_score = 50", "a_score_has_its_band"),
        ("status = 'completed', final_score = 101, band = 'high'", "final_score_check"),
        ("status = 'done'", "status_check"),
        (
            "status = 'completed', final_score = 50, band = 'so so'",
            "a_band_says_what_was_not_judged",
        ),
    ],
)
def test_table_refuses_results_that_contradict_themselves(
    rows: Rows, columns: str, constraint: str
) -> None:
    """A failed analysis cannot carry a score, whatever program writes it."""
    with rows.postgres.superuser() as connection:
        connection.run(
            "INSERT INTO analysis_results (video_id, user_id, s3_key, s3_version_id, sequencer,"
            " execution, status) VALUES (gen_random_uuid(), 'u', 'k', 'v', 's', 'e', 'processing')"
        )
        with pytest.raises(pg8000.exceptions.DatabaseError, match=constraint):
            connection.run(f"UPDATE analysis_results SET {columns}")  # noqa: S608
