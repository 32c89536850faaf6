"""Five hundred uploads, and whatever can go wrong: each has its row, right, and once."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any, Self
from uuid import UUID

import pytest

from tests.functions.guardian.postgres import Postgres
from tests.functions.guardian.rows import Rows

from .deployment import Deployment
from .runs import Execution, ended, executions, put
from .videos import Video, random
from .workers import Workers

pytestmark = [pytest.mark.endurance, pytest.mark.long]

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
    with rows.postgres.superuser() as connection:
        return int(
            connection.run("SELECT count(*) FROM analysis_results WHERE status <> 'processing'")[0][
                0
            ]
        )


def settled(deployment: Deployment, rows: Rows) -> list[Execution]:
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
    with capsys.disabled():
        print()  # noqa: T201
        for name, figure in figures.items():
            print(f"  {name}: {figure}")  # noqa: T201


@contextmanager
def disturbed(postgres: Postgres) -> Iterator[Counter[str]]:
    """Break the connections of the application every other second."""
    broken: Counter[str] = Counter()
    stop = threading.Event()

    def disturb() -> None:
        while not stop.wait(1):
            with postgres.superuser() as connection:
                broken["connections"] += len(
                    connection.run(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE usename = 'guardian_app'"
                    )
                )

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        yield broken
    finally:
        stop.set()
        thread.join()


class Duplicates:
    """Starts a second execution for one in twenty events, as EventBridge may."""

    def __init__(self, deployment: Deployment, known: set[str]) -> None:
        self.started = 0
        self._begun = 0
        self._deployment = deployment
        self._seen = known.copy()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        client = self._deployment.cloud.client("stepfunctions")
        while not self._stop.wait(3):
            new = [
                found["executionArn"]
                for found in executions(self._deployment)
                if found["executionArn"] not in self._seen
            ]
            self._seen.update(new)
            begun, self._begun = self._begun, self._begun + len(new)
            for arn in new[-begun % 20 :: 20]:
                event = client.describe_execution(executionArn=arn)["input"]
                again = client.start_execution(
                    stateMachineArn=self._deployment.state_machine, input=event
                )
                self._seen.add(again["executionArn"])
                self.started += 1
