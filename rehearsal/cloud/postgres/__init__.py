"""PostgreSQL behind RDS: a real server on this machine, before it a door that knows IAM."""

from rehearsal.cloud.postgres.databases import Database, Databases
from rehearsal.cloud.postgres.place import remove_data
from rehearsal.cloud.postgres.trust import Trust

__all__ = ["Database", "Databases", "Trust", "remove_data"]
