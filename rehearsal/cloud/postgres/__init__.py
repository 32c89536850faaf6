"""PostgreSQL behind RDS: a real server on this machine behind a proxy that verifies IAM tokens."""

from rehearsal.cloud.postgres.databases import Databases, NewDatabase
from rehearsal.cloud.postgres.server import remove_data
from rehearsal.cloud.postgres.trust import Trust

__all__ = ["Databases", "NewDatabase", "Trust", "remove_data"]
