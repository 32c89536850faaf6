"""A custom resource: creates the table and the application's role before anything uses them."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .database import connected
from .runtime import client, log

MIGRATION = Path(__file__).parent / "migration.sql"
_LOCK = 7251883302
"""Advisory lock: two deploys at once then migrate one after the other."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Migrate, unless the resource is deleted: the data outlives the stack."""
    if event["RequestType"] == "Delete":
        return {"PhysicalResourceId": event["PhysicalResourceId"]}
    secret = client("secretsmanager").get_secret_value(SecretId=os.environ["MASTER_SECRET"])
    master = json.loads(secret["SecretString"])
    with connected(master["username"], master["password"]) as connection:
        connection.run("BEGIN")
        connection.run("SELECT pg_advisory_xact_lock(:lock)", lock=_LOCK)
        connection.run(MIGRATION.read_text())
        connection.run("COMMIT")
    log("Migrated", migration=event["ResourceProperties"]["Migration"])
    # Stable, so that no new migration is a replacement with a deletion behind it.
    return {"PhysicalResourceId": event.get("PhysicalResourceId", "analysis_results")}
