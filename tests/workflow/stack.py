"""A stack of the workflow alone, with the least of a bucket, a database and a network around it."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_s3 as s3
from constructs import Construct

from settings.workflow import WORKFLOW, Workflow
from stacks.guardian.alarms import Alarms
from stacks.guardian.api import AnalysisApi
from stacks.guardian.functions import DatabaseAccess, Functions
from stacks.guardian.migration import Migration
from stacks.guardian.queues import AnalysisQueue
from stacks.guardian.workflow import AnalysisWorkflow

REGION = "ap-northeast-2"
PORT = 5432


class WorkflowStack(cdk.Stack):
    """All constructs of the workflow, wired as in the workloads of Silver Guardian."""

    def __init__(self, scope: Construct, id: str, *, settings: Workflow = WORKFLOW) -> None:  # noqa: A002
        super().__init__(scope, id, env=cdk.Environment(region=REGION))
        self.vpc = ec2.Vpc.from_vpc_attributes(
            self,
            "Vpc",
            vpc_id="vpc-12345678",
            availability_zones=["ap-northeast-2a", "ap-northeast-2c"],
            private_subnet_ids=["subnet-11111111", "subnet-22222222"],
            isolated_subnet_ids=["subnet-33333333", "subnet-44444444"],
        )
        self.uploads = s3.Bucket(self, "Uploads", versioned=True, event_bridge_enabled=True)
        functions = Functions(
            self, "Functions", vpc=self.vpc, database=self._database(), settings=settings
        )
        migration = Migration(self, "Migration", functions=functions)
        self.audio = AnalysisQueue(self, "Audio")
        self.video = AnalysisQueue(self, "Video")
        self.workflow = AnalysisWorkflow(
            self,
            "Workflow",
            settings=settings,
            uploads=self.uploads,
            audio=self.audio,
            video=self.video,
            functions=functions,
        )
        self.workflow.node.add_dependency(migration)
        self.api = AnalysisApi(self, "Api", uploads=self.uploads, functions=functions)
        self.api.node.add_dependency(migration)
        self.alarms = Alarms(
            self,
            "Alarms",
            settings=settings,
            workflow=self.workflow,
            queues={"Audio": self.audio, "Video": self.video},
        )

    def _database(self) -> DatabaseAccess:
        group = ec2.SecurityGroup(self, "DatabaseGroup", vpc=self.vpc, allow_all_outbound=False)
        instance = rds.DatabaseInstance(
            self,
            "Database",
            engine=rds.DatabaseInstanceEngine.postgres(
                version=rds.PostgresEngineVersion.of("16.14", "16")
            ),
            vpc=self.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[group],
            database_name="guardian",
            iam_authentication=True,
            manage_master_user_password=True,
        )
        assert instance.secret
        return DatabaseAccess(
            instance=instance,
            name="guardian",
            port=PORT,
            security_group=group,
            master_secret=instance.secret,
        )
