"""A stack whose rollback failed is brought to where the next deploy can begin."""

import json
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from rehearsal.cloud.emulator import Emulator
from rehearsal.command.stuck import continue_rollbacks

_REGION = "ap-northeast-2"
_STACK = "stuck"
_HANDLER = """\
import json, urllib.request

def handler(event, context):
    refused = event["RequestType"] == "Update" and event["ResourceProperties"]["Goes"] == "back"
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": "FAILED" if refused else "SUCCESS", "Reason": "cannot go back"}
    answer |= {"PhysicalResourceId": "one"}
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, method="PUT"))
"""
_ROLE = {"Version": "2012-10-17", "Statement": []}


def _template(goes: str, *, breaks: bool = False) -> str:
    resources: dict[str, Any] = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": _ROLE}},
        "Handler": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"ZipFile": _HANDLER},
                "Handler": "index.handler",
                "Runtime": "python3.13",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            },
        },
        "Custom": {
            "Type": "Custom::OneWay",
            "Properties": {"ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]}, "Goes": goes},
        },
    }
    if breaks:
        resources["Breaks"] = {
            "Type": "AWS::EC2::Subnet",
            "DependsOn": "Custom",
            "Properties": {"VpcId": "vpc-missing", "CidrBlock": "no range"},
        }
    return json.dumps({"Resources": resources})


def test_a_failed_rollback_is_continued_without_what_fails(cloud: Emulator) -> None:
    """The command that does it on AWS is said; the stack can be deployed again."""
    cloudformation = cloud.client("cloudformation", _REGION)

    def call(verb: str, template: str) -> None:
        getattr(cloudformation, f"{verb}_stack")(
            StackName=_STACK, TemplateBody=template, Capabilities=["CAPABILITY_IAM"]
        )
        waiter = cloudformation.get_waiter(f"stack_{verb}_complete")
        waiter.wait(StackName=_STACK, WaiterConfig={"Delay": 1})

    call("create", _template("back"))
    with pytest.raises(WaiterError):
        call("update", _template("forth", breaks=True))
    assert _status(cloudformation) == "UPDATE_ROLLBACK_FAILED"
    said: list[str] = []

    continue_rollbacks(cloudformation, ["missing", _STACK], said.append)

    (text,) = said
    assert text == (
        f"{_STACK} was in UPDATE_ROLLBACK_FAILED; on AWS: `aws cloudformation "
        f"continue-update-rollback --stack-name {_STACK} --resources-to-skip Custom`"
    )
    call("update", _template("further"))
    assert _status(cloudformation) == "UPDATE_COMPLETE"
    continue_rollbacks(cloudformation, [_STACK], said.append)
    assert len(said) == 1


def _status(cloudformation: Any) -> str:
    (stack,) = cloudformation.describe_stacks(StackName=_STACK)["Stacks"]
    return str(stack["StackStatus"])
