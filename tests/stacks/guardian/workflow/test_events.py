"""Events that come twice, late or for nothing, and results that find no place."""

import time
from dataclasses import replace
from fractions import Fraction
from uuid import uuid4

import pytest

from tests.functions.guardian.rows import Rows

from .deployment import Deployment
from .runs import ended, executions, put, result
from .videos import Analysis, plain

pytestmark = pytest.mark.usefixtures("workers")


def test_second_execution_for_the_same_event_ends_without_harm(
    deployment: Deployment, rows: Rows
) -> None:
    """EventBridge delivers at least once."""
    video = plain(uuid4())
    put(deployment, video)
    result(rows, video)
    first = next(found for found in ended(deployment) if found.key == video.key)
    client = deployment.cloud.client("stepfunctions")
    event = client.describe_execution(executionArn=first.arn)["input"]

    client.start_execution(stateMachineArn=deployment.state_machine, input=event)

    both = [found for found in ended(deployment) if found.key == video.key]
    assert sorted(found.output["decision"] for found in both) == ["Saved", "end"]
    assert rows.only()["execution"] == first.arn


def test_upload_again_supersedes(deployment: Deployment, rows: Rows) -> None:
    """The result is that of the newer version, whichever ends first."""
    slow = replace(
        plain(uuid4()), audio=Analysis(score=Fraction(1), mishaps=("late",)), filler="older"
    )
    newer = replace(plain(slow.video_id), context=Fraction(0), filler="newer")
    put(deployment, slow)
    while not rows.all():
        time.sleep(0.05)
    version = put(deployment, newer)
    while rows.only()["s3_version_id"] != version:
        time.sleep(0.05)

    both = [found for found in ended(deployment) if found.key == slow.key]

    assert sorted(found.output["decision"] for found in both) == ["Saved", "Superseded"]
    row = rows.only()
    assert row["s3_version_id"] == version
    assert newer.faults(row) == []


def test_other_objects_begin_nothing_or_end_clearly(deployment: Deployment, rows: Rows) -> None:
    """Transcripts lie in the same bucket, and people make mistakes."""
    before = len(executions(deployment))
    s3 = deployment.cloud.client("s3")
    for key in ("transcripts/x.json", "uploads/lost.mp4"):
        s3.put_object(Bucket=deployment.bucket, Key=key, Body=b"x", ContentType="video/mp4")
    while len(executions(deployment)) == before:
        time.sleep(0.05)

    (lost,) = [found for found in ended(deployment) if found.key == "uploads/lost.mp4"]

    assert len(executions(deployment)) == before + 1
    assert (lost.status, lost.output["decision"]) == ("SUCCEEDED", "end")
    assert rows.all() == []


def test_result_that_cannot_be_saved_fails_the_execution(
    deployment: Deployment, rows: Rows
) -> None:
    """After all attempts: an alarm hears of it, and the row still says that it is processed."""
    video = replace(plain(uuid4()), audio=Analysis(score=Fraction(0), mishaps=("late",)))
    put(deployment, video)
    while not rows.all():
        time.sleep(0.05)
    with rows.postgres.superuser() as connection:
        connection.run("REVOKE UPDATE ON analysis_results FROM guardian_app")
        try:
            (failed,) = [found for found in ended(deployment) if found.key == video.key]
        finally:
            connection.run("GRANT UPDATE ON analysis_results TO guardian_app")

    assert failed.status == "FAILED"
    assert rows.only()["status"] == "processing"
