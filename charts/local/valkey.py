"""Valkey in the cluster, for machines that have no ElastiCache."""

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import Container, ContainerPort, Probe, TCPSocketAction

from charts import credentials
from charts.credentials import VALKEY_TOKEN
from charts.local.store import PORT_NAME, add_store
from charts.objects import AVADOT, Identity
from charts.pod import CONTAINER_SECURITY, SCRATCH_MOUNT, requirements
from charts.surroundings import Cache, KubernetesSecret
from settings.workloads import Resources

# A shell, since Valkey takes a password from its arguments or its configuration only.
_START = f'exec valkey-server --save "" --requirepass "$(cat {VALKEY_TOKEN.path})"'
_RESOURCES = Resources(cpu_milli=50, memory_mib=64, cpu_limit_milli=200, memory_limit_mib=128)


class ValkeyChart(cdk8s.Chart):
    """One Valkey server that keeps everything in memory; `version` is the image's tag."""

    def __init__(
        self,
        scope: Construct,
        *,
        namespace: str,
        cache: Cache,
        version: str,
        secret: KubernetesSecret,
    ) -> None:
        super().__init__(scope, cache.host)
        identity = Identity(
            system=AVADOT,
            namespace=namespace,
            name=cache.host,
            component=cache.host,
            version=version,
        )
        add_store(
            self,
            identity,
            server=_server(cache, version),
            port=cache.port,
            volumes=[credentials.volume(identity.name, (VALKEY_TOKEN,), secret)],
        )


def _server(cache: Cache, version: str) -> Container:
    listens = TCPSocketAction(port=cache.port)
    return Container(
        name="valkey",
        image=f"valkey/valkey:{version}",
        command=["sh", "-c", _START],
        ports=[ContainerPort(name=PORT_NAME, containerPort=cache.port)],
        resources=requirements(_RESOURCES),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT, credentials.MOUNT],
        startupProbe=Probe(tcpSocket=listens, periodSeconds=2, failureThreshold=15),
        readinessProbe=Probe(tcpSocket=listens, periodSeconds=10),
        livenessProbe=Probe(tcpSocket=listens, periodSeconds=20),
    )
