"""The queues as their workers use them: BullMQ's own jobs in the Valkey behind ElastiCache."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Any

from bullmq import Queue
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.postgres import Trust

_PORT = 6379


@dataclass(frozen=True, kw_only=True)
class Queues:
    """The cache of a deployed environment."""

    cloud: Emulator
    region: str

    def add(self, queue: str, jobs: int) -> None:
        """Put jobs into a queue, as the application in front does."""
        asyncio.run(self._add(queue, jobs))

    async def _add(self, queue: str, jobs: int) -> None:
        connection = AsyncRedis(**self._options, decode_responses=True)
        target = Queue(queue, {"connection": connection})
        for number in range(jobs):
            await target.add("dub", {"number": number})
        await target.close()
        await connection.aclose()

    def finish(self, queue: str) -> None:
        """Have all jobs of a queue done."""
        with Redis(**self._options) as cache:
            cache.delete(*(f"bull:{queue}:{state}" for state in ("wait", "active", "prioritized")))

    @property
    def _options(self) -> dict[str, Any]:
        groups = self.cloud.client("elasticache", self.region).describe_replication_groups()
        (group,) = groups["ReplicationGroups"]
        endpoint = group["NodeGroups"][0]["PrimaryEndpoint"]
        return {
            "host": endpoint["Address"],
            "port": endpoint["Port"],
            "password": self._password(),
            "ssl": True,
            "ssl_cert_reqs": ssl.CERT_REQUIRED,
            "ssl_ca_certs": str(Trust(self.cloud.directory).certificate),
        }

    def _password(self) -> str:
        secrets = self.cloud.client("secretsmanager", self.region)
        (found,) = (
            one["ARN"]
            for one in secrets.list_secrets()["SecretList"]
            if one.get("Description") == "Password of the Valkey cache"
        )
        return str(secrets.get_secret_value(SecretId=found)["SecretString"])
