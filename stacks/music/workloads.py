"""Music's workloads: what one release consists of."""

import aws_cdk as cdk
import cdk8s
from aws_cdk import aws_iam as iam
from constructs import Construct

from charts.context import Addresses, AlbIngress, Registry, SecretsStore
from charts.cost_exporter import API_SERVICES
from charts.ingress import READY_BEHIND_LOAD_BALANCER
from charts.music.api import LOGIN, ApiChart
from charts.music.context import ApiContext
from charts.music.limits import LimitsChart
from charts.music.pipeline import PipelineChart, StepChart
from charts.music.watching import DashboardChart, RulesChart
from charts.quota import QuotaChart
from settings.music.pipeline import Pipeline
from settings.music.steps import Step
from settings.music.system import Music
from settings.workloads import Pods
from stacks.cluster import ClusterStack
from stacks.music.alarms import Alarms
from stacks.music.data import MusicData
from stacks.music.rights import grant_lists, grant_objects
from stacks.music.runs import OWNERS, RUNS
from stacks.network import Foundations
from stacks.parts.models import grant_model_access
from stacks.parts.objects import Objects
from stacks.parts.queues import receiving
from stacks.system import SystemStack

_INPUT, _STAGE1, _OUTPUT, _END = (
    f"{RUNS}*/{part}" for part in ("input/*", "stage1/*", "output/*", "end.json")
)


class MusicStack(SystemStack):
    """The namespace with its limits, the pipeline with a role for each step, the API, the gate."""

    def __init__(
        self,
        scope: Construct,
        *,
        system: Music,
        foundations: Foundations,
        data: MusicData,
        cluster: ClusterStack,
    ) -> None:
        super().__init__(scope, system=system, foundations=foundations, cluster=cluster)
        place = {"system": system.label, "namespace": system.namespace}
        pods: tuple[Pods, ...] = (*system.workloads, *system.steps)
        self.make_namespace(
            LimitsChart(cdk8s.App(), pods=pods, **place),
            QuotaChart(cdk8s.App(), name="pods", workloads=pods, **place),
            labels=READY_BEHIND_LOAD_BALANCER,
        )
        context = self._context(system, foundations, data)
        accounts = [self._step(step, system.pipeline, context, data) for step in system.steps]
        pipeline = self.apply(
            "Pipeline",
            PipelineChart(cdk8s.App(), pipeline=system.pipeline, context=context),
            after=accounts,
        )
        self._api(system, context, data, after=pipeline)
        for name, chart in (("Rules", RulesChart), ("Dashboard", DashboardChart)):
            self.apply(name, chart(cdk8s.App(), watching=system.watching, system=system.label))
        self._tell(system, data)
        self.release(services=[system.api.name])

    def _context(self, system: Music, foundations: Foundations, data: MusicData) -> ApiContext:
        """Gather what only AWS knows and the charts need."""
        network = foundations.network
        return ApiContext(
            system=system.label,
            namespace=system.namespace,
            images=Registry(host=foundations.registry),
            region=self.region,
            bucket=data.runs_name,
            models=data.models_name,
            api=Addresses(cidrs=(*network.private_cidrs, *API_SERVICES)),
            queue_url=data.runs.queue.queue_url,
            load_balancer=f"{self._load_balancer(system)}/",
            exposure=AlbIngress(load_balancer=system.load_balancer, cidrs=network.public_cidrs),
            secrets=SecretsStore(region=self.region, arns={LOGIN: data.login.secret_arn}),
        )

    def _load_balancer(self, system: Music) -> str:
        """Return the ARN of the load balancer up to its name, which is the namespace's."""
        return self.format_arn(
            service="elasticloadbalancing",
            resource="loadbalancer/app",
            resource_name=system.namespace,
        )

    def _step(
        self, step: Step, pipeline: Pipeline, context: ApiContext, data: MusicData
    ) -> Objects:
        """Make the account of a step, with a role for its part of the runs and its own models."""
        subtree = Construct(self, step.name)
        role = self.pod_role(subtree)
        self._grant_runs(role, step, pipeline, data)
        if step.models:
            grant_model_access(role, bucket_arn=data.models_arn, read=step.models_prefix)
        role.give_to(service_account=step.name, namespace=context.namespace)
        chart = StepChart(cdk8s.App(), step=step, context=context)
        return self.apply("Objects", chart, scope=subtree, after=[role])

    def _grant_runs(self, role: iam.Role, step: Step, pipeline: Pipeline, data: MusicData) -> None:
        if step is pipeline.listening:
            grant_objects(role, data.runs_arn, read=[_INPUT], written=[_STAGE1])
        elif step is pipeline.composing:
            grant_objects(role, data.runs_arn, read=[_INPUT, _STAGE1], written=[_OUTPUT])
        else:
            # It has to find out which results there are.
            grant_objects(role, data.runs_arn, read=[f"{RUNS}*"], written=[_END])
            grant_lists(role, data.runs_arn, prefixes=[RUNS])

    def _api(self, system: Music, context: ApiContext, data: MusicData, *, after: Objects) -> None:
        subtree = Construct(self, system.api.name)
        role = self.pod_role(subtree)
        keys = [f"{RUNS}*", f"{OWNERS}*"]
        grant_objects(role, data.runs_arn, read=keys, written=keys, deleted=keys)
        grant_lists(role, data.runs_arn, prefixes=[RUNS, OWNERS])
        role.add_to_policy(receiving(data.runs.queue))
        # Of the pod, since the driver asks for the files as whom it mounts them for.
        data.login.grant_read(role)
        chart = ApiChart(
            cdk8s.App(),
            api=system.api,
            login=system.login,
            uploads=system.uploads,
            context=context,
        )
        self.deploy(subtree, system.api, chart, role=role, after=[after])

    def _tell(self, system: Music, data: MusicData) -> None:
        """Say at the end of a deploy where the system is found."""
        alarms = Alarms(self, "Alarms", runs=data.runs)
        for name, value, description in (
            ("Page", system.page, "Point this name at the load balancer of the namespace"),
            ("AlarmTopic", alarms.topic.topic_arn, "Subscribe whoever is on call"),
            ("RunsBucket", data.runs_name, "runs/ID/ has all that a run has made"),
            ("LoginSecret", data.login.secret_arn, "Put in clientID and clientSecret as JSON"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)
