"""A stack of the workflow alone, with the least of a bucket, a database and a network around it."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from settings.uploads import Uploads
from settings.workflow import WORKFLOW
from stacks.guardian.alarms import Alarms
from stacks.guardian.api import AnalysisApi
from stacks.guardian.functions import DatabaseAccess, Functions
from stacks.guardian.migration import Migration
from stacks.guardian.queues import AnalysisQueue
from stacks.guardian.workflow import AnalysisWorkflow

REGION = "ap-northeast-2"
_UPLOADS = Uploads(
    prefix="uploads/",
    largest_mb=500,
    url_seconds=900,
    origins=("https://silver-guardian.example.com",),
)
_SECRET = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:rds!db-guardian-AbCdEf"


class WorkflowStack(cdk.Stack):
    """All constructs of the workflow, wired as in the workloads of Silver Guardian."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        port: int = 5432,
        master_secret: str = _SECRET,
        vpc_id: str = "vpc-12345678",
        subnet_id: str = "subnet-12345678",
    ) -> None:
        super().__init__(
            scope,
            id,
            env=cdk.Environment(region=REGION),
            synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        vpc = ec2.Vpc.from_vpc_attributes(
            self,
            "Vpc",
            vpc_id=vpc_id,
            availability_zones=["ap-northeast-2a"],
            private_subnet_ids=[subnet_id],
        )
        uploads = s3.Bucket(self, "Uploads", versioned=True, event_bridge_enabled=True)
        group = ec2.SecurityGroup(self, "DatabaseGroup", vpc=vpc, allow_all_outbound=False)
        database = DatabaseAccess(
            instance=rds.DatabaseInstance.from_database_instance_attributes(
                self,
                "Database",
                instance_endpoint_address="127.0.0.1",
                instance_identifier="guardian",
                instance_resource_id="db-GUARDIAN",
                port=port,
                security_groups=[group],
            ),
            name="guardian",
            port=port,
            security_group=group,
            master_secret=secretsmanager.Secret.from_secret_complete_arn(
                self, "Master", master_secret
            ),
        )
        functions = Functions(self, "Functions", vpc=vpc, database=database, settings=WORKFLOW)
        migration = Migration(self, "Migration", functions=functions)
        audio = AnalysisQueue(self, "Audio")
        video = AnalysisQueue(self, "Video")
        workflow = AnalysisWorkflow(
            self,
            "Workflow",
            settings=WORKFLOW,
            limits=_UPLOADS,
            uploads=uploads,
            audio=audio,
            video=video,
            functions=functions,
        )
        workflow.node.add_dependency(migration)
        api = AnalysisApi(self, "Api", settings=_UPLOADS, uploads=uploads, functions=functions)
        api.node.add_dependency(migration)
        Alarms(
            self,
            "Alarms",
            settings=WORKFLOW,
            workflow=workflow,
            queues={"Audio": audio, "Video": video},
        )
        outputs = {
            "Bucket": uploads.bucket_name,
            "AudioQueue": audio.queue.queue_url,
            "VideoQueue": video.queue.queue_url,
            "AudioDeadLetters": audio.dead_letters.queue_url,
            "StateMachine": workflow.state_machine.state_machine_arn,
            "ApiId": api.http_api.api_id,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
