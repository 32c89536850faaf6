"""Deploys the synthesized template, as it is, to the emulator's CloudFormation."""

import io
import json
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from rehearsal.cloud.guard import ACCOUNT

from .emulator import Cloud
from .stack import REGION, WorkflowStack

CONTEXT: dict[str, Any] = json.loads((Path(__file__).parents[4] / "cdk.json").read_text())[
    "context"
]
_NAME = "Guardian"


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """The deployed stack: where its parts are."""

    cloud: Cloud
    bucket: str
    audio_queue: str
    video_queue: str
    audio_dead_letters: str
    state_machine: str
    api: str


def deploy(cloud: Cloud, outdir: Path, *, port: int, password: str) -> Deployment:
    """Synthesize for a database on this machine, publish the assets, create the stack."""
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    # RDS makes it, with the instance.
    secret = cloud.client("secretsmanager").create_secret(
        Name="rds!db-guardian",
        SecretString=json.dumps({"username": "guardian", "password": password}),
    )["ARN"]
    app = cdk.App(outdir=str(outdir), context=CONTEXT)
    WorkflowStack(app, _NAME, port=port, master_secret=secret, vpc_id=vpc, subnet_id=subnet)
    app.synth()
    outputs = _create(cloud, _publish(cloud, outdir))
    return Deployment(
        cloud=cloud,
        bucket=outputs["Bucket"],
        audio_queue=outputs["AudioQueue"],
        video_queue=outputs["VideoQueue"],
        audio_dead_letters=outputs["AudioDeadLetters"],
        state_machine=outputs["StateMachine"],
        api=outputs["ApiId"],
    )


def _publish(cloud: Cloud, outdir: Path) -> str:
    """Upload the assets, and return the address of the template, which is one of them."""
    s3 = cloud.client("s3")
    bucket = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    assets = json.loads((outdir / f"{_NAME}.assets.json").read_text())["files"].values()
    for asset in assets:
        source = outdir / asset["source"]["path"]
        (destination,) = asset["destinations"].values()
        body = _zipped(source) if source.is_dir() else source.read_bytes()
        s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=body)
        if source.name == f"{_NAME}.template.json":
            template = f"{cloud.endpoint}/{bucket}/{destination['objectKey']}"
    return template


def _zipped(directory: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(directory.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(directory))
    return buffer.getvalue()


def _create(cloud: Cloud, template: str) -> dict[str, str]:
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(
        StackName=_NAME, TemplateURL=template, Capabilities=["CAPABILITY_IAM"]
    )
    while True:
        (stack,) = cloudformation.describe_stacks(StackName=_NAME)["Stacks"]
        if stack["StackStatus"] != "CREATE_IN_PROGRESS":
            break
        time.sleep(0.2)
    assert stack["StackStatus"] == "CREATE_COMPLETE", _reasons(cloudformation)
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _reasons(cloudformation: Any) -> str:
    events = cloudformation.describe_stack_events(StackName=_NAME)["StackEvents"]
    return "\n".join(
        f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        for event in reversed(events)
        if event.get("ResourceStatusReason")
    )
