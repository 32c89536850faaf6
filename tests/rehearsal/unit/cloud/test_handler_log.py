"""What a handler said is found in the emulator's logs."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from rehearsal.cloud.emulator import Emulator
from rehearsal.command.handler_log import end_of_last_error

_GROUP = "/aws/lambda/TopCluster-Handler"
_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture(scope="module")
def cloud_with_log(cloud: Emulator) -> Emulator:
    """Let a function of the stack TopCluster have logged an error about a long object."""
    logs = cloud.client("logs", "eu-west-1")
    logs.create_log_group(logGroupName=_GROUP)
    logs.create_log_stream(logGroupName=_GROUP, logStreamName="one")
    texts = ("START", f"Exception: b'{'x' * 5000} unrecognized type: int32'", "END")
    now = int(time.time() * 1000)
    events = [{"timestamp": now + number, "message": text} for number, text in enumerate(texts)]
    logs.put_log_events(logGroupName=_GROUP, logStreamName="one", logEvents=events)
    return cloud


def test_the_end_of_the_last_error_is_told(cloud_with_log: Emulator) -> None:
    """The text says at its end what is wrong, and CloudFormation says nothing."""
    logs = cloud_with_log.client("logs", "eu-west-1")

    told = end_of_last_error(logs, ["Top", "TopCluster"], _HOUR_AGO)

    assert told.endswith(f"unrecognized type: int32' (log group {_GROUP})")
    assert len(told) < 600


def test_no_error_is_said_as_well(cloud_with_log: Emulator) -> None:
    """Neither of another stack, nor of another day."""
    logs = cloud_with_log.client("logs", "eu-west-1")
    nothing = "its handler has logged no error"

    assert end_of_last_error(logs, ["Top"], _HOUR_AGO) == nothing
    assert end_of_last_error(logs, ["TopCluster"], datetime.now(UTC) + timedelta(hours=1)) == (
        nothing
    )
