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

from charts import secret_files
from charts.avadot.context import ServiceContext
from charts.avadot.credentials import MYSQL_PASSWORD, MYSQL_USERNAME
from charts.avadot.local.store import PORT_NAME, add_store
from charts.objects import Identity
from charts.pod import CONTAINER_SECURITY, SCRATCH_MOUNT, environment, requirements
from settings.workloads import Resources

_VERSION = "8.4"
_DATA = VolumeMount(name="data", mountPath="/var/lib/mysql")
_SOCKET = VolumeMount(name="socket", mountPath="/var/run/mysqld")
_RESOURCES = Resources(cpu_milli=250, memory_mib=512, cpu_limit_milli=1000, memory_limit_mib=1024)
# Over TCP: the server that only prepares a new database listens on its socket alone.
_ANSWERS = ExecAction(command=["mysqladmin", "ping", "--host=127.0.0.1"])


class MySqlChart(cdk8s.Chart):
    """One MySQL server with a volume; at its first start it makes the database and its user."""

    def __init__(self, scope: Construct, *, context: ServiceContext) -> None:
        database = context.database
        super().__init__(scope, database.host)
        identity = Identity(
            system=context.system,
            namespace=context.namespace,
            name=database.host,
            component=database.host,
            version=_VERSION,
        )
        add_store(
            self,
            identity,
            server=_server(context),
            port=database.port,
            volumes=[
                secret_files.volume(
                    identity.name, (MYSQL_USERNAME, MYSQL_PASSWORD), context.secrets
                ),
                Volume(name=_SOCKET.name, emptyDir=EmptyDirVolumeSource()),
            ],
            claims=[_claim()],
        )


def _server(context: ServiceContext) -> Container:
    database = context.database
    return Container(
        name="mysql",
        image=f"mysql:{_VERSION}",
        env=environment(
            {
                "MYSQL_DATABASE": database.name,
                MYSQL_USERNAME.variable: MYSQL_USERNAME.path(context.system),
                MYSQL_PASSWORD.variable: MYSQL_PASSWORD.path(context.system),
                "MYSQL_RANDOM_ROOT_PASSWORD": "yes",
            }
        ),
        ports=[ContainerPort(name=PORT_NAME, containerPort=database.port)],
        resources=requirements(_RESOURCES),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT, secret_files.mount(context.system), _DATA, _SOCKET],
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
