"""The pods of a conversation service."""

from lightkube.models.apps_v1 import Deployment
from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    PodSpec,
    PodTemplateSpec,
)
from lightkube.models.meta_v1 import ObjectMeta

from charts import secret_files
from charts.avadot import audio2face_access
from charts.avadot.context import ServiceContext
from charts.avadot.credentials import credentials_of
from charts.context import OneNode, Zones
from charts.deployment import deployment_of
from charts.objects import Identity
from charts.pod import (
    CONTAINER_SECURITY,
    SCRATCH_MOUNT,
    confined,
    environment,
    pre_stop,
    requirements,
    scratch_volume,
    spread,
)
from charts.probes import Probes, web_probes, worker_probes
from settings.avadot.audio2face import Audio2Face
from settings.avadot.services import CpuService

_SCRATCH_MIB = 128


def deployment(
    identity: Identity,
    service: CpuService,
    context: ServiceContext,
    *,
    called: Audio2Face | None,
) -> Deployment:
    """Run the service's pods, spread where there are zones.

    `called` is the Audio2Face server, if the service calls it.
    """
    match context.nodes:
        case Zones():
            replicas, constraints = None, spread(identity)
        case OneNode():
            replicas, constraints = 1, []
    pods = PodTemplateSpec(
        metadata=ObjectMeta(
            labels=identity.labels | (audio2face_access.caller_labels(called) if called else {})
        ),
        spec=confined(
            PodSpec(
                serviceAccountName=identity.name,
                terminationGracePeriodSeconds=service.termination_grace,
                topologySpreadConstraints=constraints or None,
                containers=[_container(service, context, called)],
                volumes=[
                    scratch_volume(_SCRATCH_MIB),
                    secret_files.volume(identity.name, credentials_of(service), context.secrets),
                ],
            )
        ),
    )
    return deployment_of(identity, pods, service.rollout, replicas=replicas)


def _container(
    service: CpuService, context: ServiceContext, called: Audio2Face | None
) -> Container:
    probes = _probes(service)
    return Container(
        name=service.name,
        image=context.images.reference(service.image),
        env=environment(
            _stores(context)
            | {c.variable: c.path(context.system) for c in credentials_of(service)}
            | (audio2face_access.variables(called) if called else {})
        ),
        ports=None
        if service.port is None
        else [ContainerPort(name="http", containerPort=service.port)],
        resources=requirements(service.resources),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT, secret_files.mount(context.system)],
        lifecycle=pre_stop(service.shutdown),
        startupProbe=probes.startup,
        readinessProbe=probes.readiness,
        livenessProbe=probes.liveness,
    )


def _probes(service: CpuService) -> Probes:
    if service.port is None:
        return worker_probes(service.rollout)
    return web_probes(service.port, service.rollout)


def _stores(context: ServiceContext) -> dict[str, str]:
    database, cache = context.database, context.cache
    return {
        "MYSQL_HOST": database.host,
        "MYSQL_PORT": str(database.port),
        "MYSQL_DATABASE": database.name,
        "REDIS_HOST": cache.host,
        "REDIS_PORT": str(cache.port),
        "REDIS_TLS": str(cache.tls).lower(),
    }
