"""Dubbing's workloads: what one release consists of."""

import cdk8s
from aws_cdk import aws_iam as iam
from constructs import Construct

from charts.context import Addresses, Registry, SecretsStore
from charts.cost_exporter import API_SERVICES, CostExporterChart, price_list
from charts.dubbing.context import ModelContext
from charts.dubbing.credentials import HUGGING_FACE, VALKEY
from charts.dubbing.dashboards import dashboards
from charts.dubbing.limits import LimitsChart, quotas
from charts.dubbing.service import ModelServiceChart
from charts.dubbing.watching import DashboardChart, RulesChart
from charts.queue_exporter import PASSWORD, QueueExporterChart, RedisEndpoint
from settings.dubbing.services import ModelService
from settings.dubbing.system import CALLERS, Dubbing
from stacks.cluster import ClusterStack
from stacks.dubbing.data import DubbingData
from stacks.network import Foundations
from stacks.parts.controllers.argo_rollouts import ArgoRollouts
from stacks.parts.controllers.dcgm_exporter import DcgmExporter
from stacks.parts.controllers.keda import Keda
from stacks.parts.models import grant_model_access
from stacks.system import SystemStack

_MEDIA = "media/"
"""Below which workers put what is to be dubbed, and services what they made of it."""


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
        # No object names it, but without it no GPU's load is known, and nothing would be scaled.
        cluster.controller(DcgmExporter.NAME)
        context = self._context(system, foundations, data)
        counted = self._grant_jobs(cluster.controller(Keda.NAME).role, data)
        for service in system.services:
            self._service(service, system, context, data, after=counted)
        self._watch(system, context, foundations, data)
        self.release(services=[one.name for one in system.workloads])

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
        grant_model_access(
            role, bucket_arn=data.bucket_arn, read=service.models_prefix, written=_MEDIA
        )
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

    def _watch(
        self, system: Dubbing, context: ModelContext, foundations: Foundations, data: DubbingData
    ) -> None:
        """Show Prometheus the services, their jobs and what they cost, and what to make of it."""
        watching = system.watching
        self.apply("Rules", RulesChart(cdk8s.App(), system=system.label, watching=watching))
        for drawn in dashboards(watching):
            chart = DashboardChart(cdk8s.App(), drawn, system=system.label)
            self.apply(f"Dashboard-{drawn.uid}", chart)
        queues = QueueExporterChart(
            cdk8s.App(),
            workload=system.queue_exporter,
            context=context,
            redis=RedisEndpoint(
                host=data.cache.host,
                port=data.cache.port,
                tls=True,
                location=Addresses(cidrs=foundations.network.isolated_cidrs),
            ),
            secrets=SecretsStore(
                region=self.region, arns={PASSWORD.source: data.cache.password.secret_arn}
            ),
            queues=[service.queue for service in system.services],
        )
        costs = CostExporterChart(
            cdk8s.App(),
            workload=system.cost_exporter,
            context=context,
            prices=price_list(
                system.region,
                {name for kind in system.cluster.node_kinds for name in kind.instance_types},
            ),
            budgets={system.namespace: {one.name: one.budget_usd for one in system.services}},
            api=Addresses(cidrs=(*foundations.network.private_cidrs, *API_SERVICES)),
        )
        for workload, exporter in (
            (system.queue_exporter, queues),
            (system.cost_exporter, costs),
        ):
            subtree = Construct(self, workload.name)
            role = self.pod_role(subtree)
            if workload is system.queue_exporter:
                data.cache.password.grant_read(role)
            self.deploy(subtree, workload, exporter, role=role)

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
