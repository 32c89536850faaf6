"""An analyser: everything that one of the programs on spot machines consists of."""

from dataclasses import replace

import cdk8s
from constructs import Construct
from lightkube.models.apps_v1 import Deployment
from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    PodSpec,
    PodTemplateSpec,
)
from lightkube.models.meta_v1 import LabelSelector, LabelSelectorRequirement, ObjectMeta
from lightkube.models.networking_v1 import NetworkPolicy

from charts import ingress, keda, network_policy
from charts.deployment import deployment_of
from charts.guardian.context import AnalyzerContext
from charts.guardian.detector import equipped
from charts.keda import ScaledObject, TriggerAuthentication
from charts.objects import NAME_LABEL, Identity, add
from charts.pod import (
    CONTAINER_SECURITY,
    SCRATCH_MOUNT,
    confined,
    environment,
    requirements,
    scratch_volume,
    tolerations_of,
)
from charts.probes import analyzer_probes
from settings.guardian.analyzers import Analyzer

_PORT_NAME = "http"


class AnalyzerChart(cdk8s.Chart):
    """The pods of one analyser, their address, and the scaler that starts them from zero."""

    def __init__(
        self,
        scope: Construct,
        *,
        analyzer: Analyzer,
        context: AnalyzerContext,
    ) -> None:
        super().__init__(scope, analyzer.name)
        identity = context.identity(analyzer.name, analyzer.image)
        add(self, identity.service_account())
        add(self, ingress.service(identity, name=_PORT_NAME, port=analyzer.port))
        add(self, _allowed_connections(identity, analyzer))
        # Before its scaler: KEDA looks into the Deployment for the requests that CPU load is of.
        add(self, _deployment(identity, analyzer, context))
        authentication = TriggerAuthentication(metadata=identity.metadata())
        add(self, authentication)
        add(
            self,
            ScaledObject(
                metadata=identity.metadata(f"{identity.name}-scaler"),
                target={"apiVersion": "apps/v1", "kind": "Deployment", "name": identity.name},
                minimum=analyzer.scaling.minimum,
                maximum=analyzer.scaling.maximum,
                polling=analyzer.scaling.polling,
                cooldown=analyzer.scaling.cooldown,
                triggers=[
                    keda.sqs(
                        context.queue_url,
                        region=context.region,
                        messages_per_pod=analyzer.scaling.messages_per_pod,
                        authentication=identity.name,
                    ),
                    keda.utilization("cpu", analyzer.scaling.cpu_percent),
                ],
            ),
        )


def check_identity(identity: Identity) -> Identity:
    """Name apart the pods that check an image: no Service and no autoscaler may select them."""
    return replace(identity, name=f"{identity.name}-check")


def _allowed_connections(identity: Identity, analyzer: Analyzer) -> NetworkPolicy:
    """Let the namespace ask, and analyser and check out to AWS with their role's credentials."""
    names = [identity.name, check_identity(identity).name]
    return network_policy.policy(
        identity.metadata(),
        LabelSelector(
            matchExpressions=[LabelSelectorRequirement(key=NAME_LABEL, operator="In", values=names)]
        ),
        ingress=[network_policy.from_pods(LabelSelector(), analyzer.port)],
        egress=[network_policy.to_internet(), network_policy.to_pod_identity_agent()],
    )


def _deployment(identity: Identity, analyzer: Analyzer, context: AnalyzerContext) -> Deployment:
    """Run as many pods as the queue asks for, on the machines that are kept for them."""
    pods = PodTemplateSpec(
        metadata=ObjectMeta(
            # By the two short labels people look for them, as the guide has always told them.
            labels=identity.labels | {"app": identity.name, "workload": analyzer.workload},
        ),
        spec=analyzer_pod(identity, analyzer, context),
    )
    # KEDA owns the number of pods.
    return deployment_of(identity, pods, analyzer.rollout, replicas=None)


def analyzer_pod(identity: Identity, analyzer: Analyzer, context: AnalyzerContext) -> PodSpec:
    """Describe a pod that analyses, also to whoever starts another one like it."""
    pod = PodSpec(
        serviceAccountName=identity.name,
        terminationGracePeriodSeconds=analyzer.termination_grace,
        nodeSelector=dict(analyzer.placement.node_selector),
        tolerations=tolerations_of(analyzer.placement),
        containers=[_container(analyzer, context)],
        volumes=[scratch_volume(analyzer.scratch_mib)],
    )
    return confined(equipped(pod, analyzer, context))


def _container(analyzer: Analyzer, context: AnalyzerContext) -> Container:
    probes = analyzer_probes(analyzer.port, analyzer.rollout)
    return Container(
        name=analyzer.name,
        image=context.images.reference(analyzer.image),
        env=environment(
            {
                "AWS_REGION": context.region,
                "QUEUE_URL": context.queue_url,
                "S3_BUCKET": context.bucket,
                "S3_PREFIX": context.prefix,
            }
        ),
        ports=[ContainerPort(name=_PORT_NAME, containerPort=analyzer.port)],
        resources=requirements(analyzer.resources),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT],
        # What a program said last is the reason that the release gate gives.
        terminationMessagePolicy="FallbackToLogsOnError",
        startupProbe=probes.startup,
        readinessProbe=probes.readiness,
        livenessProbe=probes.liveness,
    )
