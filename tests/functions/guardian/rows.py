"""The table, seen by somebody who may see everything."""

import json
from dataclasses import dataclass
from typing import Any

from functions.guardian import migrate as migration

from .postgres import MASTER, PASSWORD, Postgres


@dataclass(frozen=True)
class Rows:
    postgres: Postgres

    def all(self) -> list[dict[str, Any]]:
        with self.postgres.superuser() as connection:
            found = connection.run("SELECT * FROM analysis_results ORDER BY created_at")
            names = [column["name"] for column in connection.columns or ()]
        return [dict(zip(names, row, strict=True)) for row in found]

    def only(self) -> dict[str, Any]:
        (row,) = self.all()
        return row


def migrate(stub: Any) -> dict[str, Any]:
    """Run the migration as CloudFormation would."""
    secret = json.dumps({"username": MASTER, "password": PASSWORD})
    stub("secretsmanager").add_response(
        "get_secret_value", {"SecretString": secret}, {"SecretId": "the-master-secret"}
    )
    event = {"RequestType": "Create", "ResourceProperties": {"Migration": "hash"}}
    return migration.handler(event, None)
