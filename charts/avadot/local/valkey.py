"""Valkey in the cluster, for machines that have no ElastiCache."""

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import Container, ContainerPort, Probe, TCPSocketAction

from charts import secret_files
from charts.avadot.context import ServiceContext
from charts.avadot.credentials import VALKEY_TOKEN
from charts.avadot.local.store import PORT_NAME, add_store
from charts.objects import Identity
from charts.pod import CONTAINER_SECURITY, SCRATCH_MOUNT, requirements
from settings.workloads import Resources

# A shell, since Valkey takes a password from its arguments or its configuration only.
_START = 'exec valkey-server --save "" --requirepass "$(cat {token})"'
_RESOURCES = Resources(cpu_milli=50, memory_mib=64, cpu_limit_milli=200, memory_limit_mib=128)


class ValkeyChart(cdk8s.Chart):
    """One Valkey server that keeps everything in memory; `version` is the image's tag."""

    def __init__(self, scope: Construct, *, context: ServiceContext, version: str) -> None:
        cache = context.cache
        super().__init__(scope, cache.host)
        identity = Identity(
            system=context.system,
            namespace=context.namespace,
            name=cache.host,
            component=cache.host,
            version=version,
        )
        add_store(
            self,
            identity,
            server=_server(context, version),
            port=cache.port,
            volumes=[secret_files.volume(identity.name, (VALKEY_TOKEN,), context.secrets)],
        )


def _server(context: ServiceContext, version: str) -> Container:
    port = context.cache.port
    listens = TCPSocketAction(port=port)
    return Container(
        name="valkey",
        image=f"valkey/valkey:{version}",
        command=["sh", "-c", _START.format(token=VALKEY_TOKEN.path(context.system))],
        ports=[ContainerPort(name=PORT_NAME, containerPort=port)],
        resources=requirements(_RESOURCES),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT, secret_files.mount(context.system)],
        startupProbe=Probe(tcpSocket=listens, periodSeconds=2, failureThreshold=15),
        readinessProbe=Probe(tcpSocket=listens, periodSeconds=10),
        livenessProbe=Probe(tcpSocket=listens, periodSeconds=20),
    )
