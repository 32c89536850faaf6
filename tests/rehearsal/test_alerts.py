"""What Alertmanager tells, with the configuration and the rights that the stack gives it."""

import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rehearsal.cloud import emulator
from rehearsal.cloud.emulator import Emulator
from rehearsal.cluster.ports import free_ports
from rehearsal.cluster.processes import Processes
from rehearsal.cluster.waiting import answers
from rehearsal.toolchain import Toolchain, prepare_charts
from stacks.parts.controllers.alerts import routes
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_REGION = "us-east-1"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
    ],
}


@pytest.fixture(scope="module")
def cloud(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    prepare_charts(Toolchain(bin=tools / "bin"), ["kube-prometheus-stack"], print)
    directory = tmp_path_factory.mktemp("alerts")
    (directory / "seed").write_text("1")
    yield emulator.start(directory, tools / "bin")
    emulator.stop(directory)


@pytest.fixture
def topic(cloud: Emulator) -> Iterator[str]:
    """Make a topic that is encrypted with a key, and to which a queue has subscribed."""
    sns, sqs = cloud.client("sns", _REGION), cloud.client("sqs", _REGION)
    key = cloud.client("kms", _REGION).create_key()["KeyMetadata"]["Arn"]
    arn: str = sns.create_topic(Name="alerts", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    queue = sqs.create_queue(QueueName="pager", Attributes={"Policy": policy})["QueueUrl"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=_arn_of(cloud, queue))
    yield arn
    sqs.delete_queue(QueueUrl=queue)


def _arn_of(cloud: Emulator, queue: str) -> str:
    asked = {"QueueUrl": queue, "AttributeNames": ["QueueArn"]}
    arn: str = cloud.client("sqs", _REGION).get_queue_attributes(**asked)["Attributes"]["QueueArn"]
    return arn


def _credentials(cloud: Emulator, *statements: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the variables of a session whose role may do this and nothing else."""
    iam = cloud.client("iam", _REGION)
    name = f"alertmanager-{len(iam.list_roles()['Roles'])}"
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]
    if statements:
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    sts = cloud.client("sts", _REGION)
    given = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="pod")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }


@contextmanager
def _alertmanager(
    cloud: Emulator, tools: Path, directory: Path, topic: str, credentials: Mapping[str, str]
) -> Iterator[str]:
    """Run Alertmanager with the stack's configuration, and return its address."""
    (port,) = free_ports(1)
    file = directory / "alertmanager.yaml"
    file.write_text(json.dumps(routes(topic, _REGION)))
    processes = Processes(directory)
    address = f"http://127.0.0.1:{port}"
    processes.start(
        "alertmanager",
        [
            str(tools / "bin" / "alertmanager"),
            f"--config.file={file}",
            f"--storage.path={directory / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        {**cloud.environment, **credentials},
    )
    until(lambda: answers(f"{address}/-/ready"), "Alertmanager answers")
    yield address
    processes.stop(())


def _fire(address: str, **labels: str) -> None:
    alerts = json.dumps([{"labels": labels}]).encode()
    request = urllib.request.Request(  # noqa: S310 - of this machine
        f"{address}/api/v2/alerts", data=alerts, headers={"Content-Type": "application/json"}
    )
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()


def _failures(address: str) -> float:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{address}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    name = "alertmanager_notification_requests_failed_total{"
    return sum(
        float(line.split()[-1])
        for line in lines
        if line.startswith(name) and 'integration="sns"' in line
    )


def test_a_critical_alert_reaches_who_has_subscribed(
    cloud: Emulator, tools: Path, tmp_path: Path, topic: str
) -> None:
    """With what the stack lets the role do; what is only information goes to nobody."""
    may: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic},
        {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"},
    ]
    sqs = cloud.client("sqs", _REGION)
    queue = sqs.get_queue_url(QueueName="pager")["QueueUrl"]
    with _alertmanager(cloud, tools, tmp_path, topic, _credentials(cloud, *may)) as address:
        _fire(address, alertname="Noted", severity="info", service="stt")
        _fire(address, alertname="HighGPUCost", severity="critical", service="stt")
        found: list[dict[str, str]] = []

        def told() -> bool:
            messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", [])
            found.extend(json.loads(one["Body"]) for one in messages)
            return bool(found)

        until(told, "the subscriber is told")

    assert [one["Subject"] for one in found] == ["FIRING critical: HighGPUCost"]
    assert "service = stt" in found[0]["Message"]


def test_without_the_right_to_publish_nobody_is_told(
    cloud: Emulator, tools: Path, tmp_path: Path, topic: str
) -> None:
    """IAM judges the call, and Alertmanager counts that it was refused."""
    with _alertmanager(cloud, tools, tmp_path, topic, _credentials(cloud)) as address:
        _fire(address, alertname="HighGPUCost", severity="critical", service="stt")

        until(lambda: _failures(address) > 0, "the refusal is counted")
