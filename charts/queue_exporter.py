"""The queue exporter: how many jobs BullMQ's queues hold, for Prometheus."""

from collections.abc import Sequence
from dataclasses import dataclass

import cdk8s
from constructs import Construct

from charts import network_policy, secret_files
from charts.context import Addresses, Context, KubernetesSecret, Pods, SecretsStore
from charts.exporter import Exporter, exporter_objects
from charts.objects import add
from charts.secret_files import Credential, SecretProviderClass
from settings.workloads import Workload

PORT = 9090
PASSWORD = Credential(variable="REDIS_PASSWORD_FILE", file="redis-password", source="redis")
"""The source that `secrets` has to know."""


@dataclass(frozen=True, kw_only=True)
class RedisEndpoint:
    """Where the Redis of the queues answers."""

    host: str
    port: int
    tls: bool
    location: Addresses | Pods


class QueueExporterChart(cdk8s.Chart):
    """One pod that reads the queues."""

    def __init__(
        self,
        scope: Construct,
        *,
        workload: Workload,
        context: Context,
        redis: RedisEndpoint,
        secrets: SecretsStore | KubernetesSecret,
        queues: Sequence[str],
    ) -> None:
        super().__init__(scope, workload.name)
        identity = context.identity(workload.name, workload.image)
        if isinstance(secrets, SecretsStore):
            provider = SecretProviderClass(
                metadata=identity.metadata(), store=secrets, credentials=(PASSWORD,)
            )
            add(self, provider)
        exporter = Exporter(
            port=PORT,
            variables={
                "REDIS_HOST": redis.host,
                "REDIS_PORT": str(redis.port),
                "REDIS_TLS": str(redis.tls).lower(),
                PASSWORD.variable: PASSWORD.path(context.system),
                "QUEUE_NAMES": ",".join(queues),
            },
            volume=secret_files.volume(identity.name, [PASSWORD], secrets),
            mount=secret_files.mount(context.system),
            egress=[network_policy.to(redis.location, redis.port)],
        )
        image = context.images.reference(workload.image)
        for manifest in exporter_objects(exporter, identity, workload, image=image):
            add(self, manifest)
