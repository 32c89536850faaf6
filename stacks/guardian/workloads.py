"""Silver Guardian's workloads: what one release consists of."""

from collections.abc import Mapping

import aws_cdk as cdk
import cdk8s
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from charts.context import Registry
from charts.guardian.analyzer import AnalyzerChart
from charts.guardian.check import CheckChart
from charts.guardian.context import AnalyzerContext
from charts.quota import QuotaChart
from settings.guardian.system import Guardian
from stacks.cluster import ClusterStack
from stacks.guardian.alarms import Alarms
from stacks.guardian.api import AnalysisApi
from stacks.guardian.data import GuardianData
from stacks.guardian.functions import DatabaseAccess, Functions
from stacks.guardian.migration import Migration
from stacks.guardian.queues import AnalysisQueue
from stacks.guardian.rights import grant_detector_read, grant_object_read
from stacks.guardian.workflow import AnalysisWorkflow
from stacks.network import Foundations
from stacks.parts.controllers.keda import Keda
from stacks.parts.queues import receiving
from stacks.system import SystemStack


class GuardianStack(SystemStack):
    """The queues, the workflow in front of them, the analysers behind them, and the gate."""

    def __init__(
        self,
        scope: Construct,
        *,
        system: Guardian,
        foundations: Foundations,
        data: GuardianData,
        cluster: ClusterStack,
    ) -> None:
        super().__init__(scope, system=system, foundations=foundations, cluster=cluster)
        uploads = s3.Bucket.from_bucket_attributes(
            self, "Uploads", bucket_arn=data.uploads_arn, bucket_name=data.uploads_name
        )
        subtrees = {a.name: Construct(self, a.name) for a in system.workloads}
        queues = {name: AnalysisQueue(subtree, "Messages") for name, subtree in subtrees.items()}
        functions = self._functions(system, foundations, data)
        workflow = self._workflow(system, uploads, queues, functions)
        api = AnalysisApi(
            self, "Api", settings=system.uploads, uploads=uploads, functions=functions
        )
        self._tell(api, self._alarms(system, workflow, queues), workflow)
        counted = self._grant_queue_length(cluster.controller(Keda.NAME).role, queues)
        self.make_namespace(
            QuotaChart(
                cdk8s.App(),
                name="analyzers",
                workloads=system.workloads,
                system=system.label,
                namespace=system.namespace,
            )
        )
        for analyzer in system.workloads:
            role = self.pod_role(subtrees[analyzer.name])
            queue = queues[analyzer.name].queue
            grant_object_read(role, uploads, system.uploads.prefix)
            role.add_to_policy(receiving(queue))
            workflow.state_machine.grant_task_response(role)
            if analyzer.detector:
                grant_detector_read(role, analyzer.detector)
            context = AnalyzerContext(
                system=system.label,
                namespace=system.namespace,
                images=Registry(host=foundations.registry),
                region=self.region,
                queue_url=queue.queue_url,
                bucket=uploads.bucket_name,
                prefix=system.uploads.prefix,
            )
            self.deploy(
                subtrees[analyzer.name],
                analyzer,
                AnalyzerChart(cdk8s.App(), analyzer=analyzer, context=context),
                role=role,
                check=CheckChart(
                    cdk8s.App(), analyzer=analyzer, context=context, digest=self.digest
                ),
                after=[counted],
            )
        self.release(services=[analyzer.name for analyzer in system.workloads])

    def _functions(
        self, system: Guardian, foundations: Foundations, data: GuardianData
    ) -> Functions:
        database = data.database
        return Functions(
            self,
            "Functions",
            vpc=foundations.network.vpc,
            database=DatabaseAccess(
                instance=database.instance,
                name=database.name,
                port=database.port,
                security_group=database.security_group,
                master_secret=database.master_secret,
            ),
            settings=system.workflow,
        )

    def _workflow(
        self,
        system: Guardian,
        uploads: s3.IBucket,
        queues: Mapping[str, AnalysisQueue],
        functions: Functions,
    ) -> AnalysisWorkflow:
        """Make the workflow, once the database has its table."""
        migration = Migration(self, "Migration", functions=functions)
        workflow = AnalysisWorkflow(
            self,
            "Workflow",
            settings=system.workflow,
            limits=system.uploads,
            uploads=uploads,
            audio=queues[system.audio.name],
            video=queues[system.video.name],
            functions=functions,
        )
        workflow.node.add_dependency(migration)
        return workflow

    def _alarms(
        self, system: Guardian, workflow: AnalysisWorkflow, queues: Mapping[str, AnalysisQueue]
    ) -> Alarms:
        return Alarms(
            self,
            "Alarms",
            settings=system.workflow,
            workflow=workflow,
            queues={"Audio": queues[system.audio.name], "Video": queues[system.video.name]},
        )

    def _tell(self, api: AnalysisApi, alarms: Alarms, workflow: AnalysisWorkflow) -> None:
        """Say at the end of a deploy where the system is found."""
        executions = workflow.state_machine.state_machine_arn
        for name, value, description in (
            ("ApiUrl", api.url, "What the front end calls, signed by IAM"),
            ("AlarmTopic", alarms.topic.topic_arn, "Subscribe whoever is on call"),
            ("StateMachine", executions, "Its executions: one upload"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)

    def _grant_queue_length(
        self, keda: iam.IRole, queues: Mapping[str, AnalysisQueue]
    ) -> iam.Policy:
        """Let KEDA's operator, whose role is the cluster stack's, count the waiting messages."""
        return iam.Policy(
            self,
            "KedaCounts",
            roles=[keda],
            statements=[
                iam.PolicyStatement(
                    actions=["sqs:GetQueueAttributes"],
                    resources=[waiting.queue.queue_arn for waiting in queues.values()],
                )
            ],
        )
