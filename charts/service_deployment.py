"""The pods of a conversation service."""

from lightkube.models.apps_v1 import Deployment
from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    PodSpec,
    PodTemplateSpec,
)
from lightkube.models.meta_v1 import ObjectMeta

from charts import audio2face_access, credentials
from charts.deployment import deployment_of
from charts.objects import Identity
from charts.pod import (
    CONTAINER_SECURITY,
    SCRATCH_MOUNT,
    environment,
    linger,
    pod_security,
    requirements,
    scratch_volume,
    spread,
)
from charts.probes import Probes, web_probes, worker_probes
from charts.surroundings import OneNode, Surroundings, Zones
from settings.gpu import Audio2Face
from settings.workloads import CpuService

_SCRATCH_MIB = 128


def deployment(
    identity: Identity,
    service: CpuService,
    surroundings: Surroundings,
    *,
    called: Audio2Face | None,
) -> Deployment:
    """Run the service's pods, spread where there are zones.

    `called` is the Audio2Face server, if the service calls it.
    """
    match surroundings.nodes:
        case Zones():
            replicas, constraints = None, spread(identity)
        case OneNode():
            replicas, constraints = 1, []
    pods = PodTemplateSpec(
        metadata=ObjectMeta(
            labels=identity.labels | (audio2face_access.caller_labels(called) if called else {})
        ),
        spec=PodSpec(
            serviceAccountName=identity.name,
            automountServiceAccountToken=False,
            enableServiceLinks=False,
            securityContext=pod_security(),
            terminationGracePeriodSeconds=service.stop.grace,
            topologySpreadConstraints=constraints or None,
            containers=[_container(service, surroundings, called)],
            volumes=[
                scratch_volume(_SCRATCH_MIB),
                credentials.volume(
                    identity.name, credentials.credentials_of(service), surroundings.secrets
                ),
            ],
        ),
    )
    return deployment_of(identity, pods, service.rollout, replicas=replicas)


def _container(
    service: CpuService, surroundings: Surroundings, called: Audio2Face | None
) -> Container:
    probes = _probes(service)
    return Container(
        name=service.name,
        image=surroundings.images.reference(service.image),
        env=environment(
            _stores(surroundings)
            | {c.variable: c.path for c in credentials.credentials_of(service)}
            | (audio2face_access.variables(called) if called else {})
        ),
        ports=None
        if service.port is None
        else [ContainerPort(name="http", containerPort=service.port)],
        resources=requirements(service.resources),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT, credentials.MOUNT],
        lifecycle=linger(service.stop),
        startupProbe=probes.startup,
        readinessProbe=probes.readiness,
        livenessProbe=probes.liveness,
    )


def _probes(service: CpuService) -> Probes:
    if service.port is None:
        return worker_probes(service.rollout)
    return web_probes(service.port, service.rollout)


def _stores(surroundings: Surroundings) -> dict[str, str]:
    database, cache = surroundings.database, surroundings.cache
    return {
        "MYSQL_HOST": database.host,
        "MYSQL_PORT": str(database.port),
        "MYSQL_DATABASE": database.name,
        "REDIS_HOST": cache.host,
        "REDIS_PORT": str(cache.port),
        "REDIS_TLS": str(cache.tls).lower(),
    }
