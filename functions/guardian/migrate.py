"""Makes the table and the application's role: what CloudFormation calls before all else."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .clients import client
from .database import connected
from .log import log

MIGRATION = Path(__file__).parent / "migration.sql"
_LOCK = 7251883302
"""Any number that nobody else locks: two deploys at once then migrate one after the other."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Migrate, unless the resource goes: the data outlives the stack."""
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
