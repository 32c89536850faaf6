"""Stopping a rehearsal, whatever state it is in."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.cloud.lock import Lock
from settings.systems import registry_stack, systems
from tests.rehearsal.checkout import Checkout
from tests.rehearsal.waiting import until

pytestmark = pytest.mark.rehearsal

_SYSTEM = systems()[0]
_CLUSTER = f"{_SYSTEM.name}Cluster"
_INTERRUPTED = 130
_SILENT = {
    "Role": {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRole",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                    }
                ]
            }
        },
    },
    "Function": {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": "def handler(event, context):\n    pass\n"},
        },
    },
    "Answer": {
        "Type": "Custom::Answer",
        "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}},
    },
}
"""A function that returns without a word to CloudFormation."""


@pytest.fixture
def checkout(tools: Path, tmp_path: Path) -> Iterator[Checkout]:
    copy = Checkout.copied_to(tmp_path / "tree", tools)
    copy.share_checkpoints()
    yield copy
    copy.down().must_succeed()


def test_down_says_when_nothing_runs(checkout: Checkout) -> None:
    """`down` without a rehearsal says so and is content."""
    assert checkout.down().must_succeed() == "nothing was running\n"


def test_down_after_a_crash(checkout: Checkout) -> None:
    """When the emulator was killed, `down` leaves neither process nor state."""
    checkout.rehearse("up", _CLUSTER).must_succeed()
    assert len(checkout.processes()) > 5, "emulator and control plane should run"
    holder = Lock(checkout.run).holder()
    assert holder
    os.kill(holder, signal.SIGKILL)

    checkout.down().must_succeed()

    until(lambda: not checkout.processes(), "everything ends", seconds=30)
    kept = {path.name for path in (checkout.root / ".rehearsal").iterdir()}
    assert kept == {"checkpoints", "tools"}


def test_down_while_a_function_owes_an_answer(checkout: Checkout) -> None:
    """`down` does not wait for a custom resource whose function never answers CloudFormation."""
    checkout.rehearse("up", registry_stack(type(_SYSTEM))).must_succeed()
    cloudformation = checkout.cloud.client("cloudformation", _SYSTEM.region)
    cloudformation.create_stack(
        StackName="Silent",
        TemplateBody=json.dumps({"Resources": _SILENT}),
        Capabilities=["CAPABILITY_IAM"],
    )

    def waits() -> bool:
        found = cloudformation.describe_stack_events(StackName="Silent")["StackEvents"]
        return "Answer" in {one["LogicalResourceId"] for one in found}

    until(waits, "CloudFormation waits for the answer")

    checkout.down().must_succeed()

    until(lambda: not checkout.processes(), "everything ends", seconds=30)


def test_an_up_that_cannot_begin_leaves_nothing_running(checkout: Checkout) -> None:
    """A stack that is not there is one sentence, and no emulator waits for a deploy."""
    ended = checkout.rehearse("up", "Nobody")

    assert ended.code == 1
    assert "system is 'Nobody': name one of " in ended.output
    until(lambda: not checkout.processes(), "everything ends", seconds=30)


def test_an_interrupted_up_stops_what_it_started(checkout: Checkout) -> None:
    """Ctrl-C while the cluster is being made ends emulator, control plane and cdk."""
    # A shell starts what runs in the background with Ctrl-C ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    up = checkout.start_rehearsal("up", _CLUSTER, "--afresh")
    ledgers = checkout.run / "clusters"
    until(lambda: up.poll() is not None or any(ledgers.glob("*/etcd")), "a cluster starts")

    up.send_signal(signal.SIGINT)
    output, _ = up.communicate(timeout=60)

    assert up.returncode == _INTERRUPTED, output
    assert output.endswith("rehearsal: interrupted; what this command started is stopped\n")
    until(lambda: not checkout.processes(), "everything ends", seconds=30)
