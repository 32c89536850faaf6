"""Uploads to the deployed workflow, and what became of their executions."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.functions.guardian.rows import Rows

from .deployment import Deployment
from .videos import Video

_PATIENCE_SECONDS = 180


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One execution that has ended."""

    arn: str
    status: str
    key: str
    """Of the object that it was begun for."""
    output: dict[str, Any]


def put(deployment: Deployment, video: Video) -> str:
    """Upload a video, and return its version."""
    answer = deployment.cloud.client("s3").put_object(
        Bucket=deployment.bucket,
        Key=video.key,
        Body=video.body,
        ContentType=video.content_type,
    )
    return str(answer["VersionId"])


def result(rows: Rows, video: Video) -> dict[str, Any]:
    """Wait for the row of a video that is no longer processed."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for row in rows.all():
            if row["video_id"] == video.video_id and row["status"] != "processing":
                return row
        time.sleep(0.1)
    message = f"no result of {video} in {rows.all()}"
    raise AssertionError(message)


def executions(deployment: Deployment) -> list[dict[str, Any]]:
    """List all executions."""
    pages = (
        deployment.cloud.client("stepfunctions")
        .get_paginator("list_executions")
        .paginate(stateMachineArn=deployment.state_machine)
    )
    return [execution for page in pages for execution in page["executions"]]


def ended(deployment: Deployment) -> Iterator[Execution]:
    """Yield every execution once all have ended."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while any(found["status"] == "RUNNING" for found in executions(deployment)):
        assert time.monotonic() < deadline, "an execution does not end"
        time.sleep(0.2)
    client = deployment.cloud.client("stepfunctions")
    for found in executions(deployment):
        told = client.describe_execution(executionArn=found["executionArn"])
        yield Execution(
            arn=told["executionArn"],
            status=told["status"],
            key=json.loads(told["input"])["detail"]["object"]["key"],
            output=json.loads(told.get("output") or "{}"),
        )
