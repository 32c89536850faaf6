"""Silver Guardian's workloads: what one release consists of."""

import aws_cdk as cdk
import cdk8s
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from charts.analyzer import AnalyzerChart
from charts.quota import QuotaChart
from charts.surroundings import Registry, Work
from settings.analyzers import Analyzer
from settings.system import Guardian
from stacks.guardian.alarms import Alarms
from stacks.guardian.api import AnalysisApi
from stacks.guardian.cluster import GuardianCluster
from stacks.guardian.data import GuardianData
from stacks.guardian.functions import DatabaseAccess, Functions
from stacks.guardian.migration import Migration
from stacks.guardian.queues import AnalysisQueue
from stacks.guardian.rights import grant_object_read
from stacks.guardian.workflow import AnalysisWorkflow
from stacks.network import NetworkStack
from stacks.parts.logs import remove_logs
from stacks.parts.namespace import namespace_objects
from stacks.parts.objects import Objects
from stacks.parts.pod_role import PodRole
from stacks.parts.release import Release, Watched


class GuardianStack(cdk.Stack):
    """The queues, the workflow in front of them, the analysers behind them, and the gate."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        env: cdk.Environment,
        settings: Guardian,
        registry: str,
        network: NetworkStack,
        data: GuardianData,
        cluster: GuardianCluster,
    ) -> None:
        super().__init__(scope, id, env=env, description=f"{settings.title}: workloads")
        self._settings = settings
        self._cluster = cluster
        self._data = data
        self._uploads = s3.Bucket.from_bucket_attributes(
            self, "Uploads", bucket_arn=data.uploads_arn, bucket_name=data.uploads_name
        )
        self._images = Registry(host=registry)
        self._subtrees = {a.name: Construct(self, a.name) for a in settings.analyzers}
        self._queues = {
            name: AnalysisQueue(subtree, "Messages") for name, subtree in self._subtrees.items()
        }
        self._workflow = self._analysis(network)
        self._counted = self._let_keda_count()
        self._namespace = self._make_namespace()
        analyzers = [self._analyzer(analyzer) for analyzer in settings.analyzers]
        Release(
            self,
            "Release",
            cluster=cluster.cluster,
            vpc=network.vpc,
            watched=[
                Watched(
                    namespace=settings.namespace,
                    kind="Deployment",
                    name=analyzer.name,
                    rollout=analyzer.rollout,
                )
                for analyzer in settings.analyzers
            ],
            services=[(settings.namespace, analyzer.name) for analyzer in settings.analyzers],
            manifests=[self._namespace, *analyzers],
        )
        remove_logs(self, retained=settings.retained)

    def _analysis(self, network: NetworkStack) -> AnalysisWorkflow:
        """Make the workflow, once the database has its table, and what is called from outside."""
        settings, database = self._settings, self._data.database
        functions = Functions(
            self,
            "Functions",
            vpc=network.vpc,
            database=DatabaseAccess(
                instance=database.instance,
                name=database.name,
                port=database.port,
                security_group=database.security_group,
                master_secret=database.master_secret,
            ),
            settings=settings.workflow,
        )
        migration = Migration(self, "Migration", functions=functions)
        workflow = AnalysisWorkflow(
            self,
            "Workflow",
            settings=settings.workflow,
            limits=settings.uploads,
            uploads=self._uploads,
            audio=self._queues[settings.audio.name],
            video=self._queues[settings.video.name],
            functions=functions,
        )
        workflow.node.add_dependency(migration)
        api = AnalysisApi(
            self, "Api", settings=settings.uploads, uploads=self._uploads, functions=functions
        )
        alarms = Alarms(
            self,
            "Alarms",
            settings=settings.workflow,
            workflow=workflow,
            queues={
                "Audio": self._queues[settings.audio.name],
                "Video": self._queues[settings.video.name],
            },
        )
        self._tell(api, alarms, workflow)
        return workflow

    def _tell(self, api: AnalysisApi, alarms: Alarms, workflow: AnalysisWorkflow) -> None:
        """Say at the end of a deploy where the system is found."""
        executions = workflow.state_machine.state_machine_arn
        for name, value, description in (
            ("ApiUrl", api.url, "What the front end calls, signed by IAM"),
            ("AlarmTopic", alarms.topic.topic_arn, "Subscribe whoever is on call"),
            ("StateMachine", executions, "Its executions: one upload"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)

    def _let_keda_count(self) -> iam.Policy:
        """Grant KEDA's operator, a role of the cluster's stack, what it needs of these queues."""
        return iam.Policy(
            self,
            "KedaCounts",
            roles=[self._cluster.keda_role],
            statements=[
                iam.PolicyStatement(
                    actions=["sqs:GetQueueAttributes"],
                    resources=[waiting.queue.queue_arn for waiting in self._queues.values()],
                )
            ],
        )

    def _make_namespace(self) -> Objects:
        settings = self._settings
        quota = QuotaChart(
            cdk8s.App(),
            analyzers=settings.analyzers,
            system=settings.label,
            namespace=settings.namespace,
        )
        return Objects(
            self,
            "Namespace",
            cluster=self._cluster.cluster,
            objects=[*namespace_objects(settings), *quota.to_json()],
            after=self._cluster.ready,
        )

    def _analyzer(self, analyzer: Analyzer) -> Objects:
        """Deploy an analyser with a role that reads uploads and answers for its own messages."""
        settings, uploads = self._settings, self._uploads
        subtree = self._subtrees[analyzer.name]
        queue = self._queues[analyzer.name].queue
        role = PodRole(subtree, "Role", cluster=self._cluster.cluster)
        grant_object_read(role, uploads, settings.uploads.prefix)
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
                resources=[queue.queue_arn],
            )
        )
        self._workflow.state_machine.grant_task_response(role)
        role.give_to(service_account=analyzer.name, namespace=settings.namespace)
        chart = AnalyzerChart(
            cdk8s.App(),
            analyzer=analyzer,
            system=settings.label,
            namespace=settings.namespace,
            work=Work(
                images=self._images,
                region=self.region,
                queue_url=queue.queue_url,
                bucket=uploads.bucket_name,
                prefix=settings.uploads.prefix,
            ),
            nodes=settings.machines_of(analyzer),
        )
        return Objects(
            subtree,
            "Objects",
            cluster=self._cluster.cluster,
            objects=chart.to_json(),
            after=[*self._cluster.ready, self._namespace, self._counted, role],
        )
