"""A conversation service: everything that one of the services on CPU nodes consists of."""

import cdk8s
from constructs import Construct
from lightkube.models.autoscaling_v2 import (
    CrossVersionObjectReference,
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerSpec,
    MetricSpec,
    MetricTarget,
    ResourceMetricSource,
)
from lightkube.models.networking_v1 import NetworkPolicy
from lightkube.models.policy_v1 import PodDisruptionBudget, PodDisruptionBudgetSpec

from charts import entrance, traffic
from charts.credentials import SecretProviderClass, credentials_of
from charts.objects import AVADOT, Identity, add
from charts.service_deployment import deployment
from charts.surroundings import Entrance, NodePorts, SecretsStore, Surroundings, Zones
from settings.gpu import Audio2Face
from settings.workloads import Autoscaling, CpuService


class ServiceChart(cdk8s.Chart):
    """One service: its pods, its identity and credentials, and who may reach it.

    `audio2face` is the server that services may call, if a GPU is there for one.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        service: CpuService,
        namespace: str,
        surroundings: Surroundings,
        audio2face: Audio2Face | None,
    ) -> None:
        super().__init__(scope, service.name)
        identity = Identity(
            system=AVADOT,
            namespace=namespace,
            name=service.name,
            component=service.component,
            version=surroundings.images.version(service.image),
        )
        add(self, identity.service_account())
        if isinstance(surroundings.secrets, SecretsStore):
            add(self, _secret_provider(identity, service, surroundings.secrets))
        # Ways first, then pods: a pod gets its readiness gate of the load balancer only if the
        # load balancer knows the service already.
        add(self, _traffic(identity, service, surroundings))
        if service.port is not None:
            self._expose(identity, service, service.port, surroundings.entrance)
        called = audio2face if service.calls_audio2face else None
        add(self, deployment(identity, service, surroundings, called=called))
        if isinstance(surroundings.nodes, Zones):
            add(self, _disruption_budget(identity))
            add(self, _autoscaler(identity, service.autoscaling))

    def _expose(
        self, identity: Identity, service: CpuService, port: int, way_in: Entrance | NodePorts
    ) -> None:
        """Give the service an address, and a place at the load balancer where there is one."""
        add(self, entrance.service(identity, name="http", port=port, entrance=way_in))
        if isinstance(way_in, Entrance):
            add(
                self,
                entrance.web_ingress(
                    identity,
                    port=port,
                    protocol=service.protocol,
                    stop=service.stop,
                    entrance=way_in,
                ),
            )


def _secret_provider(
    identity: Identity, service: CpuService, store: SecretsStore
) -> SecretProviderClass:
    return SecretProviderClass(
        metadata=identity.metadata(), store=store, credentials=credentials_of(service)
    )


def _autoscaler(identity: Identity, autoscaling: Autoscaling) -> HorizontalPodAutoscaler:
    return HorizontalPodAutoscaler(
        apiVersion="autoscaling/v2",
        kind="HorizontalPodAutoscaler",
        metadata=identity.metadata(),
        spec=HorizontalPodAutoscalerSpec(
            scaleTargetRef=CrossVersionObjectReference(
                apiVersion="apps/v1", kind="Deployment", name=identity.name
            ),
            minReplicas=autoscaling.minimum,
            maxReplicas=autoscaling.maximum,
            metrics=[
                MetricSpec(
                    type="Resource",
                    resource=ResourceMetricSource(
                        name="cpu",
                        target=MetricTarget(
                            type="Utilization", averageUtilization=autoscaling.cpu_percent
                        ),
                    ),
                )
            ],
        ),
    )


def _disruption_budget(identity: Identity) -> PodDisruptionBudget:
    """Let pods go one by one.

    `minAvailable: 1` would let three of four go at once, and block every drain at one pod.
    """
    return PodDisruptionBudget(
        apiVersion="policy/v1",
        kind="PodDisruptionBudget",
        metadata=identity.metadata(),
        spec=PodDisruptionBudgetSpec(maxUnavailable=1, selector=identity.pods),
    )


def _traffic(identity: Identity, service: CpuService, surroundings: Surroundings) -> NetworkPolicy:
    """Open the ways that the service's work needs; that to Audio2Face is Audio2Face's to open."""
    database, cache = surroundings.database, surroundings.cache
    return traffic.policy(
        identity.metadata(),
        identity.pods,
        ingress=[]
        if service.port is None
        else [traffic.from_entrance(surroundings.entrance, service.port)],
        egress=[
            traffic.to(database.location, database.port),
            traffic.to(cache.location, cache.port),
            *([traffic.to_internet()] if service.provider_secrets else []),
        ],
    )
