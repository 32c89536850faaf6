"""Avadot's workloads: what one release consists of."""

import aws_cdk as cdk
import cdk8s
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from charts.avadot.audio2face import Audio2FaceChart
from charts.avadot.context import CacheEndpoint, DatabaseEndpoint, ServiceContext
from charts.avadot.service import ServiceChart
from charts.context import Addresses, AlbIngress, ModelFiles, Registry, SecretsStore, Zones
from charts.ingress import READY_BEHIND_LOAD_BALANCER
from settings.avadot.audio2face import Audio2Face
from settings.avadot.services import CpuService
from settings.avadot.system import Avadot
from settings.exposure import PlainHttp
from stacks.avadot.data import AvadotData
from stacks.cluster import ClusterStack
from stacks.network import Foundations
from stacks.parts.models import grant_model_access
from stacks.system import SystemStack


class AvadotStack(SystemStack):
    """The namespace, every service with its role and objects, and the gate behind them all."""

    def __init__(
        self,
        scope: Construct,
        *,
        system: Avadot,
        foundations: Foundations,
        data: AvadotData,
        cluster: ClusterStack,
    ) -> None:
        super().__init__(scope, system=system, foundations=foundations, cluster=cluster)
        if isinstance(system.load_balancer.names, PlainHttp):
            cdk.Annotations.of(self).add_warning_v2(
                "avadot:PlainHttp",
                "no domain is set: the services answer by plain HTTP on ports of their own, and "
                "Audio2Face only inside the cluster; set load_balancer.names to a Domain",
            )
        self.make_namespace(labels=READY_BEHIND_LOAD_BALANCER)
        context = self._context(system, foundations, data)
        for service in system.services:
            self._service(service, context, data, called=system.audio2face)
        self._audio2face(system, context, data)
        self.release(
            services=[
                *(service.name for service in system.services if service.port is not None),
                system.audio2face.name,
            ]
        )

    def _context(
        self, system: Avadot, foundations: Foundations, data: AvadotData
    ) -> ServiceContext:
        """Gather what only AWS knows and the charts need."""
        network = foundations.network
        stores = Addresses(cidrs=network.isolated_cidrs)
        return ServiceContext(
            system=system.label,
            namespace=system.namespace,
            images=Registry(host=foundations.registry),
            database=DatabaseEndpoint(
                host=data.database.host,
                port=data.database.port,
                name=data.database.name,
                location=stores,
            ),
            cache=CacheEndpoint(
                host=data.cache.host, port=data.cache.port, tls=True, location=stores
            ),
            secrets=SecretsStore(
                region=self.region,
                arns={
                    "mysql": data.database.master_secret.secret_arn,
                    "valkey": data.cache.password.secret_arn,
                    **{name: key.secret_arn for name, key in data.provider_keys.items()},
                },
            ),
            exposure=AlbIngress(load_balancer=system.load_balancer, cidrs=network.public_cidrs),
            nodes=Zones(),
        )

    def _service(
        self,
        service: CpuService,
        context: ServiceContext,
        data: AvadotData,
        *,
        called: Audio2Face,
    ) -> None:
        """Deploy one conversation service with a role that reads only its own secrets."""
        subtree = Construct(self, service.name)
        role = self.pod_role(subtree)
        for secret in _secrets_of(service, data):
            secret.grant_read(role)
        chart = ServiceChart(cdk8s.App(), service=service, context=context, audio2face=called)
        self.deploy(subtree, service, chart, role=role)

    def _audio2face(self, system: Avadot, context: ServiceContext, data: AvadotData) -> None:
        """Deploy the Audio2Face server with a role that sees only models and engines."""
        server, store = system.audio2face, system.model_store
        subtree = Construct(self, server.name)
        role = self.pod_role(subtree)
        grant_model_access(
            role,
            bucket_arn=data.models_arn,
            read=store.models_prefix,
            written=store.engines_prefix,
        )
        chart = Audio2FaceChart(
            cdk8s.App(),
            server=server,
            context=context,
            models=ModelFiles(
                region=self.region,
                bucket=data.models.bucket_name,
                models_prefix=store.models_prefix,
                models_version=store.models_version,
                engines_prefix=store.engines_prefix,
            ),
        )
        self.deploy(subtree, server, chart, role=role)


def _secrets_of(service: CpuService, data: AvadotData) -> list[secretsmanager.ISecret]:
    return [
        data.database.master_secret,
        data.cache.password,
        *(data.provider_keys[provider] for provider in service.provider_secrets),
    ]
