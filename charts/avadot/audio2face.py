"""The Audio2Face server: everything that the service on GPU nodes consists of."""

from collections.abc import Sequence

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import Service, ServicePort, ServiceSpec
from lightkube.models.networking_v1 import NetworkPolicy, NetworkPolicyIngressRule
from lightkube.models.policy_v1 import PodDisruptionBudget, PodDisruptionBudgetSpec

from charts import ingress, network_policy
from charts.avadot.audio2face_access import callers, headless_name
from charts.avadot.audio2face_pods import stateful_set
from charts.avadot.context import ServiceContext
from charts.context import AlbIngress, ModelFiles, NodePorts, Pods
from charts.objects import Identity, add
from charts.pod import EVICT_UNHEALTHY
from settings.avadot.audio2face import Audio2Face
from settings.exposure import Domain, LoadBalancer

_ENOUGH_TO_LOSE_ONE = 2


class Audio2FaceChart(cdk8s.Chart):
    """The server's pods with their volumes, two names for them, and who may call them."""

    def __init__(
        self,
        scope: Construct,
        *,
        server: Audio2Face,
        context: ServiceContext,
        models: ModelFiles,
    ) -> None:
        super().__init__(scope, server.name)
        identity = context.identity(server.name, server.image)
        add(self, identity.service_account())
        self._expose(identity, server, context.exposure)
        add(self, _headless(identity, server))
        if server.replicas >= _ENOUGH_TO_LOSE_ONE:
            add(self, _disruption_budget(identity))
        add(
            self,
            stateful_set(identity, server, images=context.images, models=models),
        )

    def _expose(
        self, identity: Identity, server: Audio2Face, exposure: AlbIngress | NodePorts
    ) -> None:
        """Give the server an address for callers in the cluster, and with a domain for others."""
        add(self, ingress.service(identity, name="grpc", port=server.port, exposure=exposure))
        sources = [network_policy.from_pods(callers(server), server.port)]
        match exposure:
            case AlbIngress(load_balancer=LoadBalancer(names=Domain() as domain) as load_balancer):
                sources.append(network_policy.from_clients(exposure, server.port))
                add(
                    self,
                    ingress.grpc_ingress(
                        identity,
                        domain=domain,
                        shutdown=server.shutdown,
                        load_balancer=load_balancer,
                    ),
                )
            case _:
                pass
        add(self, _server_policy(identity, sources))
        add(self, _caller_policy(identity, server))


def _disruption_budget(identity: Identity) -> PodDisruptionBudget:
    """Keep one pod serving while nodes are replaced; of a single pod it would block every drain."""
    return PodDisruptionBudget(
        apiVersion="policy/v1",
        kind="PodDisruptionBudget",
        metadata=identity.metadata(f"{identity.name}-pdb"),
        spec=PodDisruptionBudgetSpec(
            minAvailable=1, selector=identity.pods, unhealthyPodEvictionPolicy=EVICT_UNHEALTHY
        ),
    )


def _headless(identity: Identity, server: Audio2Face) -> Service:
    """Give each pod a name of its own, and callers the names of all that are ready."""
    return Service(
        apiVersion="v1",
        kind="Service",
        metadata=identity.metadata(headless_name(server)),
        spec=ServiceSpec(
            clusterIP="None",
            selector=identity.selector,
            publishNotReadyAddresses=False,
            ports=[ServicePort(name="grpc", port=server.port, targetPort="grpc")],
        ),
    )


def _server_policy(
    identity: Identity, sources: Sequence[NetworkPolicyIngressRule]
) -> NetworkPolicy:
    """Let callers in, and the server out to S3 with its role's credentials."""
    return network_policy.policy(
        identity.metadata(),
        identity.pods,
        ingress=sources,
        egress=[network_policy.to_internet(), network_policy.to_pod_identity_agent()],
    )


def _caller_policy(identity: Identity, server: Audio2Face) -> NetworkPolicy:
    """Let whatever carries the caller's label out to the server, a pod for looking around too."""
    return network_policy.policy(
        identity.metadata(f"{identity.name}-caller"),
        callers(server),
        egress=[network_policy.to(Pods(name=identity.name), server.port)],
    )
