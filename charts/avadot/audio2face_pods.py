"""The pods of the Audio2Face server: each with a GPU, a volume and the models on it."""

from lightkube.models.apps_v1 import (
    StatefulSet,
    StatefulSetPersistentVolumeClaimRetentionPolicy,
    StatefulSetSpec,
)
from lightkube.models.core_v1 import (
    Affinity,
    Container,
    ContainerPort,
    PersistentVolumeClaim,
    PersistentVolumeClaimSpec,
    PodAffinityTerm,
    PodAntiAffinity,
    PodSpec,
    PodTemplateSpec,
    VolumeResourceRequirements,
)
from lightkube.models.meta_v1 import ObjectMeta

from charts.avadot.audio2face_access import headless_name
from charts.avadot.audio2face_models import MODEL_DIRECTORY, MODEL_VOLUME, READ_ONLY_MODELS, steps
from charts.context import BuiltHere, ModelFiles, Registry
from charts.objects import Identity
from charts.pod import (
    CONTAINER_SECURITY,
    GPU_TOLERATION,
    SCRATCH_MOUNT,
    confined,
    environment,
    pre_stop,
    requirements,
    scratch_volume,
)
from charts.probes import grpc_probes
from charts.storage import STORAGE_CLASS
from settings.avadot.audio2face import Audio2Face

_SCRATCH_MIB = 1024


def stateful_set(
    identity: Identity,
    server: Audio2Face,
    *,
    images: Registry | BuiltHere,
    models: ModelFiles,
) -> StatefulSet:
    """Keep the server's pods running, each with its own volume; they start together."""
    pods = PodTemplateSpec(
        # People look for `app`, as the operating guide has always told them.
        metadata=ObjectMeta(labels=identity.labels | {"app": identity.name}),
        spec=confined(
            PodSpec(
                serviceAccountName=identity.name,
                terminationGracePeriodSeconds=server.termination_grace,
                nodeSelector=dict(server.placement.node_selector),
                affinity=_apart(identity),
                tolerations=[GPU_TOLERATION],
                initContainers=steps(server, images=images, models=models),
                containers=[_server(server, images)],
                volumes=[scratch_volume(_SCRATCH_MIB)],
            )
        ),
    )
    return StatefulSet(
        apiVersion="apps/v1",
        kind="StatefulSet",
        metadata=identity.metadata(),
        spec=StatefulSetSpec(
            replicas=server.replicas,
            serviceName=headless_name(server),
            # Else the second pod would wait for the first one's engine build.
            podManagementPolicy="Parallel",
            selector=identity.pods,
            template=pods,
            volumeClaimTemplates=[_claim(server)],
            # Models and engines are copies of what S3 has, and a forgotten volume is billed.
            persistentVolumeClaimRetentionPolicy=StatefulSetPersistentVolumeClaimRetentionPolicy(
                whenDeleted="Delete", whenScaled="Retain"
            ),
        ),
    )


def _apart(identity: Identity) -> Affinity:
    """Put never two pods on one machine."""
    return Affinity(
        podAntiAffinity=PodAntiAffinity(
            requiredDuringSchedulingIgnoredDuringExecution=[
                PodAffinityTerm(topologyKey="kubernetes.io/hostname", labelSelector=identity.pods)
            ]
        )
    )


def _server(server: Audio2Face, images: Registry | BuiltHere) -> Container:
    probes = grpc_probes(server.port, server.rollout)
    return Container(
        name=server.name,
        image=images.reference(server.image),
        env=environment(_variables(server)),
        ports=[ContainerPort(name="grpc", containerPort=server.port)],
        resources=requirements(server.resources, gpus=server.gpus),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT, READ_ONLY_MODELS],
        lifecycle=pre_stop(server.shutdown),
        startupProbe=probes.startup,
        readinessProbe=probes.readiness,
        livenessProbe=probes.liveness,
    )


def _variables(server: Audio2Face) -> dict[str, str]:
    return {
        "A2F_MODEL_DATA_PATH": MODEL_DIRECTORY,
        "A2F_MODEL_PATH": f"{MODEL_DIRECTORY}/{server.default_model}/model.json",
        "A2F_SDK_PATH": "/usr/local",
        "A2F_LIB_PATH": "/usr/local/lib",
        # The engine is there, and the server may not write beside the models.
        "SKIP_TRT_BUILD": "1",
    }


def _claim(server: Audio2Face) -> PersistentVolumeClaim:
    return PersistentVolumeClaim(
        apiVersion="v1",
        kind="PersistentVolumeClaim",
        metadata=ObjectMeta(name=MODEL_VOLUME),
        spec=PersistentVolumeClaimSpec(
            accessModes=["ReadWriteOnce"],
            storageClassName=STORAGE_CLASS,
            resources=VolumeResourceRequirements(
                requests={"storage": f"{server.volume.size_gib}Gi"}
            ),
        ),
    )
