"""The program's parts in this process, put together as `serve` does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from containers.music_api.tests.balancer import Balancer
from containers.music_api.tests.cloud import VIDEO, Cloud
from containers.music_api.tests.kubernetes import NAMESPACE, Kubernetes
from music_api.events import Events, Timeouts
from music_api.identity import Identity
from music_api.keys import PublicKeys
from music_api.metrics import Metrics
from music_api.page import Page
from music_api.readiness import Readiness
from music_api.runs import Limits, Runs
from music_api.service import assemble
from music_api.starting import Starting
from music_api.storage import Storage
from music_api.workflows import Workflows

QUICK = Timeouts(
    poll_seconds=1, visibility_seconds=5, again_seconds=1, again_most_seconds=1, pause_seconds=0.1
)


class Clock:
    """The present, or as long afterwards as a test wants."""

    def __init__(self) -> None:
        self.later = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.later


@dataclass(frozen=True, kw_only=True)
class Program:
    http: TestClient
    events: Events
    cloud: Cloud
    kubernetes: Kubernetes
    balancer: Balancer
    clock: Clock

    def ask(self, method: str, path: str, person: str = "ann", **more: Any) -> Response:
        headers = self.balancer.headers(person) | more.pop("headers", {})
        return self.http.request(method, path, headers=headers, follow_redirects=False, **more)

    def announce(self, person: str = "ann", size: int = len(VIDEO)) -> str:
        """Begin a run as the page does, and return its id."""
        answer = self.ask("POST", "/runs", person, json={"filename": "a.mp4", "bytes": size})
        assert answer.status_code == 202, answer.text
        run: str = answer.json()["id"]
        return run

    def upload(self, person: str = "ann") -> str:
        run = self.announce(person)
        self.cloud.put(run, "input/video", VIDEO)
        return run

    def work(self, run: str, status: dict[str, Any], **spec: Any) -> None:
        """Let the Workflow of a run stand so."""
        self.kubernetes.workflows[run] = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {"name": run, "namespace": NAMESPACE},
            "spec": spec,
            "status": status,
        }

    def see(self, run: str, person: str = "ann") -> dict[str, Any]:
        answer = self.ask("GET", f"/runs/{run}", person)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    @contextmanager
    def consuming(self) -> Iterator[None]:
        thread = threading.Thread(target=self.events.run)
        thread.start()
        try:
            yield
        finally:
            self.events.stop()
            thread.join()


@contextmanager
def assembled(
    cloud: Cloud,
    kubernetes: Kubernetes,
    balancer: Balancer,
    *,
    limits: Limits = Limits(most_bytes=1000, open_runs=3),  # noqa: B008 - frozen
    page: Path | None = None,
) -> Iterator[Program]:
    storage = Storage(cloud.bucket, cloud.s3)
    workflows = Workflows(kubernetes.config, NAMESPACE, "music")
    metrics, clock = Metrics(), Clock()
    keys = PublicKeys(balancer.endpoint)
    runs = Runs(storage, workflows, limits, clock)
    events = Events(
        queue_url=cloud.queue,
        bucket=cloud.bucket,
        sqs=cloud.sqs,
        starting=Starting(storage, workflows, metrics),
        metrics=metrics,
        timeouts=QUICK,
    )
    app = assemble(
        runs=runs,
        identify=Identity(balancer.settings, keys),
        limits=limits,
        readiness=Readiness(storage, workflows, events),
        metrics=metrics,
        page=Page(page) if page else None,
        storage=storage,
    )
    with TestClient(app, raise_server_exceptions=False) as http:
        yield Program(
            http=http,
            events=events,
            cloud=cloud,
            kubernetes=kubernetes,
            balancer=balancer,
            clock=clock,
        )
    runs.close()
    keys.close()
    workflows.close()
