"""AWS as a test plays it: botocore itself checks that requests and answers have the right form."""

from functools import cache
from typing import Any

import boto3
from botocore.stub import Stubber

from plan.model.assembly import Assembly
from plan.preflight.account import Account
from tests.plan.assemblies import REGION, Document, Written, assembled, resource

NUMBER = "123456789012"


class PlayedAws:
    """Plays the session that clients come from; each answer serves one request, in order."""

    def __init__(self) -> None:
        self._stubbers: dict[str, Stubber] = {}
        self.account = Account(self, number=NUMBER, caller=f"arn:aws:iam::{NUMBER}:user/tester")

    def client(self, service: str, *, region_name: str, **_: object) -> Any:
        """Return the client of a service, as the session of boto3 does."""
        assert region_name == REGION
        return self._stubber(service).client

    def answers(self, service: str, operation: str, answer: object, request: object = None) -> None:
        """Answer the next request of a service, which must be this one."""
        self._stubber(service).add_response(operation, answer, request)

    def refuses(self, service: str, operation: str, code: str, message: str = "no") -> None:
        """Refuse the next request of a service."""
        self._stubber(service).add_client_error(operation, code, message)

    def has(self, logical_id: str, physical_id: str, status: str = "CREATE_COMPLETE") -> None:
        """Let the next resource that CloudFormation is asked for be one that it remembers."""
        detail = {
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": physical_id,
            "ResourceType": "AWS::Any::Thing",
            "LastUpdatedTimestamp": 0,
            "ResourceStatus": status,
        }
        answer = {"StackResourceDetail": detail}
        self.answers("cloudformation", "describe_stack_resource", answer)

    def lacks_stack(self, name: str) -> None:
        """Let the next stack that CloudFormation is asked for not be there."""
        self.refuses(
            "cloudformation",
            "describe_stack_resource",
            "ValidationError",
            f"Stack '{name}' does not exist",
        )

    def close(self) -> None:
        """Fail if an answer was not asked for, and set the clients free."""
        for stubber in self._stubbers.values():
            stubber.deactivate()
            stubber.assert_no_pending_responses()

    def _stubber(self, service: str) -> Stubber:
        if service not in self._stubbers:
            self._stubbers[service] = Stubber(_client(service))
            self._stubbers[service].activate()
        return self._stubbers[service]


@cache
def _client(service: str) -> Any:
    """Make a client, which takes up to half a second, once for all tests."""
    return boto3.client(
        service, region_name=REGION, aws_access_key_id="played", aws_secret_access_key="played"
    )


ZONES = ("a", "c")


def network(prefix: int = 24) -> dict[str, Document]:
    """Return a subnet in each of two zones."""
    return {
        f"Subnet{zone}": resource(
            "AWS::EC2::Subnet",
            f"Avadot/Vpc/Private{zone.upper()}/Subnet",
            {"AvailabilityZone": f"{REGION}{zone}", "CidrBlock": f"10.0.{number}.0/{prefix}"},
        )
        for number, zone in enumerate(ZONES)
    }


def node_group(name: str, *types: str, maximum: int, is_spot: bool = False) -> dict[str, Document]:
    """Return a node group in both subnets."""
    properties: Document = {
        "ClusterName": "avadot",
        "InstanceTypes": list(types),
        "CapacityType": "SPOT" if is_spot else "ON_DEMAND",
        "ScalingConfig": {"MinSize": 0, "DesiredSize": 0, "MaxSize": maximum},
        "Subnets": [{"Ref": f"Subnet{zone}"} for zone in ZONES],
    }
    return {name: resource("AWS::EKS::Nodegroup", f"Avadot/{name}/Resource", properties)}


def cluster(*parts: dict[str, Document]) -> Assembly:
    """Return an assembly of one stack with these resources."""
    resources = {name: document for part in parts for name, document in part.items()}
    return assembled(Written(name="Avadot", resources=resources))
