"""EC2's own events, as who listens to EventBridge gets them."""

import json

import pytest

from rehearsal.cloud import spot
from rehearsal.cloud.emulator import Emulator

from .roles import REGION


def test_who_listens_is_told_of_a_spot_machine_and_of_its_end(
    cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the rules of its own region; the account itself may not speak in EC2's name."""
    sqs, events = cloud.client("sqs", REGION), cloud.client("events", REGION)
    queue = sqs.create_queue(QueueName="notices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="notices", EventPattern=json.dumps({"source": ["aws.ec2"]}))
    events.put_targets(Rule="notices", Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])
    ec2 = cloud.client("ec2", REGION)
    (started,) = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"]
    machine = started["InstanceId"]
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)

    spot.take_spot_machine(cloud, REGION, machine, 120)
    forged = events.put_events(
        Entries=[{"Source": "aws.ec2", "DetailType": "forged", "Detail": "{}"}]
    )

    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    told = [json.loads(message["Body"]) for message in received]
    assert [one["detail-type"] for one in told] == [
        "EC2 Spot Instance Interruption Warning",
        "EC2 Instance State-change Notification",
    ]
    assert {one["detail"]["instance-id"] for one in told} == {machine}
    assert {one["region"] for one in told} == {REGION}
    assert waited == [120]
    assert forged["FailedEntryCount"] == 1
