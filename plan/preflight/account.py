"""The account that the credentials of the environment belong to."""

from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from plan.model.assembly import Resource, Stack
from plan.model.failure import PlanError

_CONFIG = Config(
    connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}
)


_GONE = ("DELETE_COMPLETE", "CREATE_FAILED")


class Account:
    """Where checks ask: an account in AWS, or that of an emulator at `AWS_ENDPOINT_URL`."""

    def __init__(self, session: boto3.Session, *, number: str, caller: str) -> None:
        self.number = number
        self.caller = caller
        """The ARN of whom AWS takes us for."""
        self._session = session
        self._clients: dict[tuple[str, str], Any] = {}
        self._making = Lock()

    @classmethod
    def of_environment(cls, region: str) -> "Account":
        """Find out whose credentials these are; raise `PlanError` if AWS does not take them."""
        session = boto3.Session()
        try:
            sts = session.client("sts", region_name=region, config=_CONFIG)
            caller = sts.get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            message = (
                f"AWS does not tell whose credentials these are, set AWS_PROFILE or log in: {error}"
            )
            raise PlanError(message) from error
        return cls(session, number=caller["Account"], caller=caller["Arn"])

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401 - boto3 ships no types
        """Return the client of a service; checks in several threads share it."""
        # Clients may be shared between threads, the session that makes them may not.
        with self._making:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._session.client(
                    service, region_name=region, config=_CONFIG
                )
            return self._clients[service, region]

    def spelled(self, text: str) -> str:
        """Fill the account's number in where the assembly leaves it open."""
        return text.replace("${AWS::AccountId}", self.number)

    def physical_id(self, resource: Resource, region: str) -> str | None:
        """Return what a resource is called in AWS; None if it is not deployed."""
        cloudformation = self.client("cloudformation", region)
        try:
            answer = cloudformation.describe_stack_resource(
                StackName=resource.stack, LogicalResourceId=resource.logical_id
            )
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        found = answer["StackResourceDetail"]
        # CloudFormation remembers for a while what a stack has lost.
        if found["ResourceStatus"] in _GONE:
            return None
        name: str | None = found.get("PhysicalResourceId")
        return name


def deployment_region(stack: Stack, otherwise: str | None = None) -> str:
    """Return where a stack is deployed; raise `PlanError` if neither it nor the user says so."""
    region = stack.region or otherwise or boto3.Session().region_name
    if not region:
        message = (
            f"stack {stack.name} has no region: set AWS_DEFAULT_REGION to where it is deployed"
        )
        raise PlanError(message)
    return str(region)
