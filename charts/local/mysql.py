"""MySQL in the cluster, for machines that have no RDS."""

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    EmptyDirVolumeSource,
    ExecAction,
    PersistentVolumeClaim,
    PersistentVolumeClaimSpec,
    Probe,
    Volume,
    VolumeMount,
    VolumeResourceRequirements,
)
from lightkube.models.meta_v1 import ObjectMeta

from charts import credentials
from charts.credentials import MYSQL_PASSWORD, MYSQL_USERNAME
from charts.local.store import PORT_NAME, add_store
from charts.objects import AVADOT, Identity
from charts.pod import CONTAINER_SECURITY, SCRATCH_MOUNT, environment, requirements
from charts.surroundings import Database, KubernetesSecret
from settings.workloads import Resources

_VERSION = "8.4"
_DATA = VolumeMount(name="data", mountPath="/var/lib/mysql")
_SOCKET = VolumeMount(name="socket", mountPath="/var/run/mysqld")
_RESOURCES = Resources(cpu_milli=250, memory_mib=512, cpu_limit_milli=1000, memory_limit_mib=1024)
# Over TCP: the server that only prepares a new database listens on its socket alone.
_ANSWERS = ExecAction(command=["mysqladmin", "ping", "--host=127.0.0.1"])


class MySqlChart(cdk8s.Chart):
    """One MySQL server with a volume; at its first start it makes the database and its user."""

    def __init__(
        self, scope: Construct, *, namespace: str, database: Database, secret: KubernetesSecret
    ) -> None:
        super().__init__(scope, database.host)
        identity = Identity(
            system=AVADOT,
            namespace=namespace,
            name=database.host,
            component=database.host,
            version=_VERSION,
        )
        add_store(
            self,
            identity,
            server=_server(database),
            port=database.port,
            volumes=[
                credentials.volume(identity.name, (MYSQL_USERNAME, MYSQL_PASSWORD), secret),
                Volume(name=_SOCKET.name, emptyDir=EmptyDirVolumeSource()),
            ],
            claims=[_claim()],
        )


def _server(database: Database) -> Container:
    return Container(
        name="mysql",
        image=f"mysql:{_VERSION}",
        env=environment(
            {
                "MYSQL_DATABASE": database.name,
                MYSQL_USERNAME.variable: MYSQL_USERNAME.path,
                MYSQL_PASSWORD.variable: MYSQL_PASSWORD.path,
                "MYSQL_RANDOM_ROOT_PASSWORD": "yes",
            }
        ),
        ports=[ContainerPort(name=PORT_NAME, containerPort=database.port)],
        resources=requirements(_RESOURCES),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT, credentials.MOUNT, _DATA, _SOCKET],
        startupProbe=Probe(exec=_ANSWERS, periodSeconds=5, failureThreshold=36),
        readinessProbe=Probe(exec=_ANSWERS, periodSeconds=10, timeoutSeconds=5),
        livenessProbe=Probe(exec=_ANSWERS, periodSeconds=20, timeoutSeconds=5),
    )


def _claim() -> PersistentVolumeClaim:
    return PersistentVolumeClaim(
        apiVersion="v1",
        kind="PersistentVolumeClaim",
        metadata=ObjectMeta(name=_DATA.name),
        spec=PersistentVolumeClaimSpec(
            accessModes=["ReadWriteOnce"],
            resources=VolumeResourceRequirements(requests={"storage": "2Gi"}),
        ),
    )
