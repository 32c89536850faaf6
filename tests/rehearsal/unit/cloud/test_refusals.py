"""What the emulator refuses as AWS does."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.patches.refusals import patch_response

REGION = "ap-northeast-2"


def _bucket(name: str) -> Any:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}}


def _network(*ranges: str) -> Any:
    subnets = {
        f"Subnet{number}": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": cidr},
        }
        for number, cidr in enumerate(ranges)
    }
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    return {"Resources": {"Vpc": vpc, **subnets}}


def _exporting(bucket: str) -> Any:
    output = {"Value": {"Ref": "Bucket"}, "Export": {"Name": "lower:bucket"}}
    return {"Resources": {"Bucket": _bucket(bucket)}, "Outputs": {"Name": output}}


_UNUSED = {"Resources": {"Bucket": _bucket("first")}}
_IMPORTING = {
    "Resources": {
        "Parameter": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Value": {"Fn::ImportValue": "lower:bucket"}},
        }
    }
}


@dataclass(frozen=True, kw_only=True)
class Stacks:
    cloudformation: Any

    def create(self, name: str, template: Any) -> None:
        self._call("create", name, TemplateBody=json.dumps(template))

    def update(self, name: str, template: Any) -> None:
        self._call("update", name, TemplateBody=json.dumps(template))

    def delete(self, name: str) -> None:
        self._call("delete", name)

    def reason(self, name: str) -> str:
        """Return why the last operation of a stack failed."""
        events = self.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        return next(
            str(event["ResourceStatusReason"])
            for event in events
            if event["ResourceStatus"] in {"CREATE_FAILED", "UPDATE_FAILED"}
        )

    def _call(self, verb: str, name: str, **template: str) -> None:
        getattr(self.cloudformation, f"{verb}_stack")(StackName=name, **template)
        waiter = self.cloudformation.get_waiter(f"stack_{verb}_complete")
        waiter.wait(StackName=name, WaiterConfig={"Delay": 1})


@pytest.fixture
def stacks(cloud: Emulator) -> Iterator[Stacks]:
    made = Stacks(cloudformation=cloud.client("cloudformation", REGION))
    yield made
    for name in ("upper", "lower"):
        made.delete(name)


def test_an_export_that_is_imported_neither_changes_nor_goes(stacks: Stacks) -> None:
    """Once nobody imports it, both are allowed."""
    stacks.create("lower", _exporting("first"))
    stacks.create("upper", _IMPORTING)

    for template, verb in ((_UNUSED, "delete"), (_exporting("second"), "update")):
        with pytest.raises(WaiterError):
            stacks.update("lower", template)
        expected = f"Cannot {verb} export lower:bucket as it is in use by upper."
        assert stacks.reason("lower") == expected

    stacks.delete("upper")
    stacks.update("lower", _exporting("second"))
    stacks.update("lower", _UNUSED)
    assert stacks.cloudformation.list_exports()["Exports"] == []


def test_subnets_of_a_network_do_not_overlap(stacks: Stacks) -> None:
    """Neither made together, nor by a change that moves one before the other is gone."""
    with pytest.raises(WaiterError):
        stacks.create("upper", _network("10.0.0.0/18", "10.0.32.0/19"))
    assert "conflicts with another subnet" in stacks.reason("upper")

    stacks.create("lower", _network("10.0.0.0/17", "10.0.128.0/17"))
    with pytest.raises(WaiterError):
        stacks.update("lower", _network("10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"))
    assert "conflicts with another subnet" in stacks.reason("lower")


@pytest.mark.parametrize(("length", "status"), [(4000, "SUCCESS"), (4200, "FAILED")])
def test_a_long_answer_of_a_custom_resource_is_refused(length: int, status: str) -> None:
    """CloudFormation reads 4096 bytes, and says nothing of what was in more."""
    delivered: list[Any] = []

    def deliver(_token: str, response: Any) -> bool:
        delivered.append(response)
        return True

    assert patch_response(deliver)("token", {"Status": "SUCCESS", "Reason": "x" * length})
    assert delivered[0]["Status"] == status
