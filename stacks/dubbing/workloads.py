"""Dubbing's workloads: what one release consists of."""

import cdk8s
from aws_cdk import aws_iam as iam
from constructs import Construct

from charts.context import Registry, SecretsStore
from charts.dubbing.context import ModelContext
from charts.dubbing.credentials import HUGGING_FACE, VALKEY
from charts.dubbing.limits import LimitsChart, quotas
from charts.dubbing.service import ModelServiceChart
from settings.dubbing.services import ModelService
from settings.dubbing.system import CALLERS, Dubbing
from stacks.cluster import ClusterStack
from stacks.dubbing.data import DubbingData
from stacks.dubbing.rights import grant_files
from stacks.network import Foundations
from stacks.parts.controllers.argo_rollouts import ArgoRollouts
from stacks.parts.controllers.keda import Keda
from stacks.parts.controllers.prometheus import PrometheusStack
from stacks.system import SystemStack


class DubbingStack(SystemStack):
    """The namespace with its limits, every model service, how they are watched, and the gate."""

    def __init__(
        self,
        scope: Construct,
        *,
        system: Dubbing,
        foundations: Foundations,
        data: DubbingData,
        cluster: ClusterStack,
    ) -> None:
        super().__init__(scope, system=system, foundations=foundations, cluster=cluster)
        place = {"system": system.label, "namespace": system.namespace}
        self.make_namespace(
            LimitsChart(cdk8s.App(), services=system.services, **place),
            *quotas(services=system.services, **place),
        )
        context = self._context(system, foundations, data)
        counted = self._grant_jobs(cluster.controller(Keda.NAME).role, data)
        for service in system.services:
            self._service(service, system, context, data, after=counted)
        self.release(services=[service.name for service in system.services])

    def _context(
        self, system: Dubbing, foundations: Foundations, data: DubbingData
    ) -> ModelContext:
        """Gather what only AWS knows and the charts need."""
        return ModelContext(
            system=system.label,
            namespace=system.namespace,
            images=Registry(host=foundations.registry),
            region=self.region,
            bucket=data.bucket_name,
            cache=f"{data.cache.host}:{data.cache.port}",
            secrets=SecretsStore(
                region=self.region,
                arns={
                    VALKEY: data.cache.password.secret_arn,
                    HUGGING_FACE.source: data.hugging_face.secret_arn,
                },
            ),
            monitoring=PrometheusStack.NAMESPACE,
            releasing=ArgoRollouts.NAME,
            callers=CALLERS,
        )

    def _service(
        self,
        service: ModelService,
        system: Dubbing,
        context: ModelContext,
        data: DubbingData,
        *,
        after: iam.Policy,
    ) -> None:
        """Deploy one model service with a role that reads only its own models."""
        subtree = Construct(self, service.name)
        role = self.pod_role(subtree)
        grant_files(role, data.bucket_arn, service)
        if service.needs_hugging_face:
            data.hugging_face.grant_read(role)
        chart = ModelServiceChart(
            cdk8s.App(),
            service=service,
            limits=system.release_limits,
            context=context,
            digest=self.digest,
        )
        self.deploy(subtree, service, chart, role=role, after=[after])

    def _grant_jobs(self, keda: iam.IRole, data: DubbingData) -> iam.Policy:
        """Let KEDA's operator, whose role is the cluster stack's, ask the cache for its jobs."""
        return iam.Policy(
            self,
            "KedaCounts",
            roles=[keda],
            statements=[
                iam.PolicyStatement(
                    actions=["secretsmanager:GetSecretValue"],
                    resources=[data.cache.password.secret_arn],
                )
            ],
        )
