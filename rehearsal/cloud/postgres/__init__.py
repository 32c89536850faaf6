"""PostgreSQL behind RDS: a real server on this machine behind a proxy that verifies IAM tokens."""

from rehearsal.cloud.postgres.databases import Databases, NewDatabase, free_address
from rehearsal.cloud.postgres.server import remove_data
from rehearsal.cloud.postgres.tls_proxy import IsToken
from rehearsal.cloud.postgres.trust import Trust

__all__ = ["Databases", "IsToken", "NewDatabase", "Trust", "free_address", "remove_data"]
