"""Five hundred uploads, and whatever can go wrong: each has its row, right, and once."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import pytest

from tests.functions.guardian.rows import Rows

from .deployment import Deployment
from .runs import Execution, ended, executions, put
from .trouble import Duplicates, disturbed
from .videos import Video, random
from .workers import Workers

UPLOADS = 500
AT_ONCE = 16
"""Analyses that go on at the same time: more would only start more functions at once."""
PATIENCE_SECONDS = 120
SEED = 20261128


def test_every_upload_has_one_right_row(
    deployment: Deployment,
    rows: Rows,
    workers: Workers,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Analysers die, are busy, answer twice; events come twice; uploads are replaced.

    And the database breaks its connections all the time.
    """
    dice = Random(SEED)  # noqa: S311 - what goes wrong must go wrong again
    videos = {video.video_id: video for video in (random(dice) for _ in range(UPLOADS))}
    assert len(videos) == UPLOADS
    before, begun = workers.counts.copy(), time.monotonic()
    known = {found["executionArn"] for found in executions(deployment)}

    with disturbed(rows.postgres) as broken, Duplicates(deployment, known) as duplicates:
        last = upload(deployment, rows, dice, videos)
        finished = [found for found in settled(deployment, rows) if found.arn not in known]
    seconds = time.monotonic() - begun

    found = {row["video_id"]: row for row in rows.all()}
    faults = [fault for key, video in last.items() for fault in video.faults(found[key])]
    analysed = Counter(
        (run.key, found[UUID(run.output["video_id"])]["s3_version_id"])
        for run in finished
        if run.output.get("decision") == "Saved"
        and found[UUID(run.output["video_id"])]["execution"] == run.arn
    )
    report(
        capsys,
        {
            "uploads": UPLOADS,
            "rows": len(found),
            "right": UPLOADS - len({fault.partition(":")[0] for fault in faults}),
            "lost": len(last.keys() - found.keys()),
            "twice": sum(times - 1 for times in analysed.values()),
            "executions": dict(Counter(run.status for run in finished)),
            "second executions for the same event": duplicates.started,
            "uploads replaced": sum(last[key] != videos[key] for key in videos),
            "connections broken": broken["connections"],
            "analysers": dict(sorted((workers.counts - before).items())),
            "seconds": round(seconds),
        },
    )
    assert found.keys() == last.keys()
    assert faults == []
    assert set(analysed.values()) == {1}
    assert {run.status for run in finished} == {"SUCCEEDED"}
    assert duplicates.started > 0
    assert broken["connections"] > 0
    assert all(workers.counts[mishap] > before[mishap] for mishap in ("die", "late", "keep"))
    assert empty(deployment)


def upload(
    deployment: Deployment, rows: Rows, dice: Random, videos: Mapping[UUID, Video]
) -> dict[UUID, Video]:
    """Upload all videos, some of them twice; return what was uploaded last under each id."""
    last = dict(videos)
    for count, (key, video) in enumerate(videos.items(), 1):
        put(deployment, video)
        if dice.random() < 0.05:
            last[key] = replace(
                random(dice), video_id=key, filler="newer", content_type=video.content_type
            )
            put(deployment, last[key])
        wait(rows, count - AT_ONCE)
    return last


def wait(rows: Rows, results: int) -> None:
    """Wait until there are so many results, as long as there are ever more."""
    found, deadline = 0, time.monotonic() + PATIENCE_SECONDS
    while (now := done(rows)) < results:
        if now > found:
            found, deadline = now, time.monotonic() + PATIENCE_SECONDS
        assert time.monotonic() < deadline, f"{found} results, and no more"
        time.sleep(0.3)


def done(rows: Rows) -> int:
    """Count the results."""
    with rows.postgres.superuser() as connection:
        return int(
            connection.run("SELECT count(*) FROM analysis_results WHERE status <> 'processing'")[0][
                0
            ]
        )


def settled(deployment: Deployment, rows: Rows) -> list[Execution]:
    """Wait until nothing goes on any more."""
    wait(rows, UPLOADS)
    return list(ended(deployment))


def empty(deployment: Deployment) -> bool:
    """Whether no queue holds anything, once what was not deleted has come back."""
    sqs = deployment.cloud.client("sqs")
    queues = (deployment.audio_queue, deployment.video_queue, deployment.audio_dead_letters)
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        attributes = [
            sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
            for queue in queues
        ]
        if all(int(value) == 0 for found in attributes for value in found.values()):
            return True
        time.sleep(0.5)
    return False


def report(capsys: pytest.CaptureFixture[str], figures: Mapping[str, Any]) -> None:
    """Print the figures, whether the test passes or not."""
    with capsys.disabled():
        print()  # noqa: T201
        for name, figure in figures.items():
            print(f"  {name}: {figure}")  # noqa: T201
