"""Who may answer a task that waits for its token."""

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud.clients import aws_client
from rehearsal.cloud.emulator import Emulator

REGION = "ap-northeast-2"
_SECONDS = 60


def _trust(service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service, "AWS": "arn:aws:iam::000000000000:root"},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _role(cloud: Emulator, name: str, allowed: Mapping[str, Any]) -> str:
    iam = cloud.client("iam", REGION)
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_trust("states.amazonaws.com"))
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **allowed}]}
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    arn: str = role["Role"]["Arn"]
    return arn


def _as(cloud: Emulator, role: str) -> Any:
    sts = cloud.client("sts", REGION)
    given = sts.assume_role(RoleArn=role, RoleSessionName="worker")["Credentials"]
    return aws_client(
        "stepfunctions",
        REGION,
        endpoint_url=cloud.endpoint,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def _waiting_task(cloud: Emulator) -> tuple[str, str, str]:
    """Start a task that waits, and return its state machine, its execution and its token."""
    states, sqs = cloud.client("stepfunctions", REGION), cloud.client("sqs", REGION)
    queue = sqs.create_queue(QueueName="tasks")["QueueUrl"]
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
    }
    machine = states.create_state_machine(
        name="waits",
        definition=json.dumps({"StartAt": "Call", "States": {"Call": call}}),
        roleArn=_role(cloud, "machine", {"Action": "sqs:SendMessage", "Resource": "*"}),
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    return machine, execution, json.loads(message["Body"])["token"]


def test_a_task_is_answered_by_those_who_may_answer_its_state_machine(cloud: Emulator) -> None:
    """The right names the state machine, as a deployed role's does; that of another is no help."""
    machine, execution, token = _waiting_task(cloud)
    answers = {"Action": "states:SendTaskSuccess"}
    stranger = _as(cloud, _role(cloud, "stranger", {**answers, "Resource": f"{machine}-2"}))
    worker = _as(cloud, _role(cloud, "worker", {**answers, "Resource": machine}))

    with pytest.raises(ClientError, match="not authorized to perform: states:SendTaskSuccess"):
        stranger.send_task_success(taskToken=token, output="{}")
    worker.send_task_success(taskToken=token, output='{"right": true}')

    states, deadline = cloud.client("stepfunctions", REGION), time.monotonic() + _SECONDS
    while (found := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert json.loads(found["output"]) == {"right": True}
