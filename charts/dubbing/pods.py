"""The pods of a model service: the models come first, then the program that serves them."""

from lightkube.models.core_v1 import (
    ConfigMapEnvSource,
    Container,
    ContainerPort,
    EmptyDirVolumeSource,
    EnvFromSource,
    PodSpec,
    PodTemplateSpec,
    TopologySpreadConstraint,
    Volume,
    VolumeMount,
)
from lightkube.models.meta_v1 import ObjectMeta

from charts import model_store, secret_files
from charts.dubbing.context import ModelContext
from charts.dubbing.credentials import HUGGING_FACE
from charts.objects import Digest, Identity
from charts.pod import (
    CONTAINER_SECURITY,
    SCRATCH_MOUNT,
    confined,
    environment,
    requirements,
    scratch_volume,
    tolerations_of,
)
from charts.probes import model_probes
from settings.dubbing.services import ModelService
from settings.workloads import Resources

PORT_NAME = "http"
INFERENCE = {"tier": "inference"}
"""The label of all pods that serve a model."""
CONFIGURATION_DIGEST = "checksum/configuration"
"""An annotation of the pods: another configuration is another revision."""

_MODELS = VolumeMount(name="models", mountPath="/models")
_READ_ONLY_MODELS = VolumeMount(name="models", mountPath="/models", readOnly=True)
_LOADER = Resources(cpu_milli=1000, memory_mib=256, cpu_limit_milli=2000, memory_limit_mib=512)
"""Of what runs before the service, on the same place, and so takes nothing from it."""
_MIB_PER_GIB = 1024


def pods(
    identity: Identity, service: ModelService, context: ModelContext, *, configuration: str
) -> PodTemplateSpec:
    """Describe the pods of one version; `configuration` is the digest of their variables."""
    credentials = [HUGGING_FACE] if service.needs_hugging_face else []
    spec = PodSpec(
        serviceAccountName=identity.name,
        priorityClassName=identity.name,
        terminationGracePeriodSeconds=service.termination_grace,
        nodeSelector=dict(service.placement.node_selector),
        tolerations=tolerations_of(service.placement),
        topologySpreadConstraints=[_spread(identity)],
        initContainers=[_downloader(service, context)],
        containers=[_container(identity, service, context)],
        volumes=[
            Volume(
                name=_MODELS.name,
                emptyDir=EmptyDirVolumeSource(sizeLimit=f"{service.models.disk_gib}Gi"),
            ),
            scratch_volume(service.scratch_gib * _MIB_PER_GIB),
            *(
                [secret_files.volume(identity.name, credentials, context.secrets)]
                if credentials
                else []
            ),
        ],
    )
    return PodTemplateSpec(
        metadata=ObjectMeta(
            labels=identity.labels | INFERENCE,
            annotations={CONFIGURATION_DIGEST: configuration},
        ),
        spec=confined(spec),
    )


def configuration_digest(service: ModelService, digest: Digest) -> str:
    """Return what changes when a variable does."""
    return digest(dict(service.configuration))[:16]


def configuration_name(identity: Identity) -> str:
    return f"{identity.name}-config"


def _downloader(service: ModelService, context: ModelContext) -> Container:
    return Container(
        name="model-downloader",
        image=context.images.reference(service.model_store_image),
        args=model_store.pull(
            bucket=context.bucket,
            prefix=service.models_prefix,
            version=service.models.version,
            destination=_MODELS.mountPath,
        ),
        env=environment({"AWS_REGION": context.region}),
        resources=requirements(_LOADER),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT, _MODELS],
        terminationMessagePolicy="FallbackToLogsOnError",
    )


def _container(identity: Identity, service: ModelService, context: ModelContext) -> Container:
    probes = model_probes(service.port, service.rollout)
    token = service.needs_hugging_face
    return Container(
        name=service.name,
        image=context.images.reference(service.image),
        envFrom=[EnvFromSource(configMapRef=ConfigMapEnvSource(name=configuration_name(identity)))],
        env=environment(
            {
                "PORT": str(service.port),
                "MODEL_DIRECTORY": _MODELS.mountPath,
                "AWS_REGION": context.region,
                "BUCKET": context.bucket,
                **({HUGGING_FACE.variable: HUGGING_FACE.path(context.system)} if token else {}),
            }
        ),
        ports=[ContainerPort(name=PORT_NAME, containerPort=service.port)],
        resources=requirements(service.resources, gpus=service.gpus),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[
            SCRATCH_MOUNT,
            _READ_ONLY_MODELS,
            *([secret_files.mount(context.system)] if token else []),
        ],
        terminationMessagePolicy="FallbackToLogsOnError",
        startupProbe=probes.startup,
        readinessProbe=probes.readiness,
        livenessProbe=probes.liveness,
    )


def _spread(identity: Identity) -> TopologySpreadConstraint:
    """Prefer several zones: spot machines of one are taken back together."""
    return TopologySpreadConstraint(
        maxSkew=1,
        topologyKey="topology.kubernetes.io/zone",
        # GPUs may be had in one zone only.
        whenUnsatisfiable="ScheduleAnyway",
        labelSelector=identity.pods,
        nodeTaintsPolicy="Honor",
    )
