"""The pods of an analyser."""

from lightkube.models.apps_v1 import Deployment
from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    PodSpec,
    PodTemplateSpec,
    Toleration,
)
from lightkube.models.meta_v1 import ObjectMeta

from charts.deployment import deployment_of
from charts.objects import Identity
from charts.pod import (
    CONTAINER_SECURITY,
    SCRATCH_MOUNT,
    environment,
    pod_security,
    requirements,
    scratch_volume,
)
from charts.probes import analyzer_probes
from charts.surroundings import Work
from settings.analyzers import Analyzer
from settings.nodes import NodeGroup

PORT_NAME = "http"


def deployment(identity: Identity, analyzer: Analyzer, work: Work, nodes: NodeGroup) -> Deployment:
    """Run as many pods as the queue asks for, on the machines that are kept for them."""
    pods = PodTemplateSpec(
        metadata=ObjectMeta(
            # By the two short labels people look for them, as the guide has always told them.
            labels=identity.labels | {"app": identity.name, "workload": analyzer.workload},
            # A machine that is hardly used is taken away, but not from under an analysis.
            annotations={"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"},
        ),
        spec=PodSpec(
            serviceAccountName=identity.name,
            automountServiceAccountToken=False,
            enableServiceLinks=False,
            securityContext=pod_security(),
            terminationGracePeriodSeconds=analyzer.grace,
            nodeSelector=nodes.purpose,
            tolerations=[
                Toleration(key=key, operator="Equal", value=value, effect="NoSchedule")
                for key, value in nodes.taints.items()
            ],
            containers=[_container(analyzer, work)],
            volumes=[scratch_volume(analyzer.scratch_mib)],
        ),
    )
    # KEDA owns the number of pods.
    return deployment_of(identity, pods, analyzer.rollout, replicas=None)


def _container(analyzer: Analyzer, work: Work) -> Container:
    probes = analyzer_probes(analyzer.port, analyzer.rollout)
    return Container(
        name=analyzer.name,
        image=work.images.reference(analyzer.image),
        env=environment(
            {
                "AWS_REGION": work.region,
                "QUEUE_URL": work.queue_url,
                "S3_BUCKET": work.bucket,
                "S3_PREFIX": work.prefix,
            }
        ),
        ports=[ContainerPort(name=PORT_NAME, containerPort=analyzer.port)],
        resources=requirements(analyzer.resources),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT],
        startupProbe=probes.startup,
        readinessProbe=probes.readiness,
        livenessProbe=probes.liveness,
    )
