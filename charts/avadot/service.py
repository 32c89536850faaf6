"""A conversation service: everything that one of the services on CPU nodes consists of."""

import cdk8s
from constructs import Construct
from lightkube.models.networking_v1 import NetworkPolicy

from charts import ingress, network_policy
from charts.avadot.context import ServiceContext
from charts.avadot.credentials import credentials_of
from charts.avadot.service_deployment import deployment
from charts.context import AlbIngress, NodePorts, SecretsStore, Zones
from charts.deployment import disruption_budget, horizontal_autoscaler
from charts.objects import Identity, add
from charts.secret_files import SecretProviderClass
from settings.avadot.audio2face import Audio2Face
from settings.avadot.services import CpuService, Protocol


class ServiceChart(cdk8s.Chart):
    """One service: its pods, its identity and credentials, and who may reach it.

    `audio2face` is the server that services may call, if a GPU is there for one.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        service: CpuService,
        context: ServiceContext,
        audio2face: Audio2Face | None,
    ) -> None:
        super().__init__(scope, service.name)
        identity = context.identity(service.name, service.image, component=service.component)
        add(self, identity.service_account())
        if isinstance(context.secrets, SecretsStore):
            add(self, _secret_provider(identity, service, context.secrets))
        # Ways first, then pods: a pod gets its readiness gate of the load balancer only if the
        # load balancer knows the service already.
        add(self, _allowed_connections(identity, service, context))
        if service.port is not None:
            self._expose(identity, service, service.port, context.exposure)
        called = audio2face if service.calls_audio2face else None
        add(self, deployment(identity, service, context, called=called))
        if isinstance(context.nodes, Zones):
            add(self, disruption_budget(identity))
            add(self, horizontal_autoscaler(identity, service.scaling))

    def _expose(
        self, identity: Identity, service: CpuService, port: int, exposure: AlbIngress | NodePorts
    ) -> None:
        """Give the service an address, and a place at the load balancer where there is one."""
        add(self, ingress.service(identity, name="http", port=port, exposure=exposure))
        if isinstance(exposure, AlbIngress):
            add(
                self,
                ingress.web_ingress(
                    identity,
                    port=port,
                    sticky=service.protocol is Protocol.WEBSOCKET,
                    shutdown=service.shutdown,
                    exposure=exposure,
                ),
            )


def _secret_provider(
    identity: Identity, service: CpuService, store: SecretsStore
) -> SecretProviderClass:
    return SecretProviderClass(
        metadata=identity.metadata(), store=store, credentials=credentials_of(service)
    )


def _allowed_connections(
    identity: Identity, service: CpuService, context: ServiceContext
) -> NetworkPolicy:
    """Open the ways that the service's work needs; that to Audio2Face is Audio2Face's to open."""
    database, cache = context.database, context.cache
    return network_policy.policy(
        identity.metadata(),
        identity.pods,
        ingress=[]
        if service.port is None
        else [network_policy.from_clients(context.exposure, service.port)],
        egress=[
            network_policy.to(database.location, database.port),
            network_policy.to(cache.location, cache.port),
            *([network_policy.to_internet()] if service.provider_secrets else []),
        ],
    )
