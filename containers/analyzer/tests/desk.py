"""The application in this process, with the emulator behind it."""

from dataclasses import dataclass

from fastapi.testclient import TestClient

from analyzer.analyses import Analyses
from analyzer.http import create_app
from analyzer.metrics import Metrics
from analyzer.program import Program, RequestT
from analyzer.queue.worker import Worker
from analyzer.readiness import Readiness
from analyzer.settings import Limits, Settings
from analyzer.storage import Storage
from containers.analyzer.tests.cloud import Cloud
from containers.analyzer.tests.played import QUICK
from containers.model_store.tests.emulated import REGION


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A program's parts as `serve` puts them together."""

    http: TestClient
    worker: Worker  # type: ignore[type-arg] # of whatever the program asks


def desk(program: Program[RequestT], cloud: Cloud, limits: Limits = Limits()) -> Desk:  # noqa: B008
    """Put a program together."""
    settings = Settings(
        bucket=cloud.bucket,
        prefix="uploads/",
        region=REGION,
        queue_url=cloud.queue,
        host="127.0.0.1",
        port=1,
    )
    storage = Storage(settings, cloud.s3, limits)
    metrics = Metrics()
    analyses = Analyses(program, storage, metrics, limits)
    return Desk(
        http=TestClient(create_app(program, analyses, Readiness(storage), metrics)),
        worker=Worker(
            queue_url=cloud.queue,
            clients=cloud.clients,
            analyses=analyses,
            request=program.request,
            metrics=metrics,
            patience=QUICK,
        ),
    )
