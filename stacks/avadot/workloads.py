"""Avadot's workloads: what one release consists of."""

from collections.abc import Sequence

import aws_cdk as cdk
import cdk8s
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from charts.audio2face import Audio2FaceChart
from charts.entrance import READY_BEHIND_LOAD_BALANCER
from charts.service import ServiceChart
from charts.surroundings import (
    Addresses,
    Cache,
    Database,
    Entrance,
    ModelFiles,
    Registry,
    SecretsStore,
    Surroundings,
    Zones,
)
from settings.exposure import PlainHttp
from settings.gpu import Audio2Face
from settings.system import Avadot
from settings.workloads import CpuService
from stacks.avadot.cluster import AvadotCluster
from stacks.avadot.data import AvadotData
from stacks.network import NetworkStack
from stacks.parts.logs import remove_logs
from stacks.parts.model_access import grant_model_access
from stacks.parts.namespace import namespace_objects
from stacks.parts.objects import Objects
from stacks.parts.pod_role import PodRole
from stacks.parts.release import Release, Watched


class AvadotStack(cdk.Stack):
    """The namespace, every service with its role and objects, and the gate behind them all."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        env: cdk.Environment,
        settings: Avadot,
        registry: str,
        network: NetworkStack,
        data: AvadotData,
        cluster: AvadotCluster,
    ) -> None:
        super().__init__(scope, id, env=env, description=f"{settings.title}: workloads")
        self._settings = settings
        self._cluster = cluster.cluster
        self._data = data
        self._ready = cluster.ready
        self._surroundings = self._describe(registry, network)
        self._say_what_is_not_exposed()

        self._namespace = Objects(
            self,
            "Namespace",
            cluster=self._cluster,
            objects=namespace_objects(settings, labels=READY_BEHIND_LOAD_BALANCER),
            after=cluster.ready,
        )
        services = [self._service(service) for service in settings.services]
        audio2face = self._audio2face(settings.audio2face)
        Release(
            self,
            "Release",
            cluster=self._cluster,
            vpc=network.vpc,
            watched=[
                *(
                    Watched(
                        namespace=settings.namespace,
                        kind="Deployment",
                        name=service.name,
                        rollout=service.rollout,
                    )
                    for service in settings.services
                ),
                Watched(
                    namespace=settings.namespace,
                    kind="StatefulSet",
                    name=settings.audio2face.name,
                    rollout=settings.audio2face.rollout,
                ),
            ],
            services=[
                *(
                    (settings.namespace, service.name)
                    for service in settings.services
                    if service.port is not None
                ),
                (settings.namespace, settings.audio2face.name),
            ],
            manifests=[self._namespace, *services, audio2face],
        )
        remove_logs(self, retained=settings.retained)

    def _describe(self, registry: str, network: NetworkStack) -> Surroundings:
        """Gather what only AWS knows and the charts need."""
        data, settings = self._data, self._settings
        stores = Addresses(cidrs=_cidrs(network.vpc.isolated_subnets))
        return Surroundings(
            images=Registry(host=registry),
            database=Database(
                host=data.database.host,
                port=data.database.port,
                name=data.database.name,
                location=stores,
            ),
            cache=Cache(host=data.cache.host, port=data.cache.port, tls=True, location=stores),
            secrets=SecretsStore(
                region=self.region,
                arns={
                    "mysql": data.database.master_secret.secret_arn,
                    "valkey": data.cache.password.secret_arn,
                    **{name: key.secret_arn for name, key in data.provider_keys.items()},
                },
            ),
            entrance=Entrance(
                load_balancer=settings.load_balancer, cidrs=_cidrs(network.vpc.public_subnets)
            ),
            nodes=Zones(),
        )

    def _service(self, service: CpuService) -> Objects:
        """Deploy one conversation service with a role that reads only its own secrets."""
        subtree = Construct(self, service.name)
        role = PodRole(subtree, "Role", cluster=self._cluster)
        for secret in self._secrets_of(service):
            secret.grant_read(role)
        role.give_to(service_account=service.name, namespace=self._settings.namespace)
        chart = ServiceChart(
            cdk8s.App(),
            service=service,
            namespace=self._settings.namespace,
            surroundings=self._surroundings,
            audio2face=self._settings.audio2face,
        )
        return Objects(
            subtree,
            "Objects",
            cluster=self._cluster,
            objects=chart.to_json(),
            after=[*self._ready, self._namespace, role],
        )

    def _secrets_of(self, service: CpuService) -> list[secretsmanager.ISecret]:
        data = self._data
        return [
            data.database.master_secret,
            data.cache.password,
            *(data.provider_keys[provider] for provider in service.provider_secrets),
        ]

    def _audio2face(self, server: Audio2Face) -> Objects:
        """Deploy the Audio2Face server with a role that sees only models and engines."""
        subtree = Construct(self, server.name)
        role = PodRole(subtree, "Role", cluster=self._cluster)
        store = self._settings.model_store
        grant_model_access(role, bucket_arn=self._data.models_arn, store=store)
        role.give_to(service_account=server.name, namespace=self._settings.namespace)
        chart = Audio2FaceChart(
            cdk8s.App(),
            server=server,
            namespace=self._settings.namespace,
            surroundings=self._surroundings,
            models=ModelFiles(
                region=self.region,
                bucket=self._data.models.bucket_name,
                models_prefix=store.models_prefix,
                models_version=store.models_version,
                engines_prefix=store.engines_prefix,
            ),
            node_groups=[group.name for group in self._settings.cluster.gpu_groups],
        )
        return Objects(
            subtree,
            "Objects",
            cluster=self._cluster,
            objects=chart.to_json(),
            after=[*self._ready, self._namespace, role],
        )

    def _say_what_is_not_exposed(self) -> None:
        if isinstance(self._settings.load_balancer.names, PlainHttp):
            cdk.Annotations.of(self).add_warning_v2(
                "avadot:PlainHttp",
                "no domain is set: the services answer by plain HTTP on ports of their own, and "
                "Audio2Face only inside the cluster; set load_balancer.names to a Domain",
            )


def _cidrs(subnets: Sequence[ec2.ISubnet]) -> tuple[str, ...]:
    return tuple(subnet.ipv4_cidr_block for subnet in subnets)
