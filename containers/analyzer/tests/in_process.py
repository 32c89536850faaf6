"""The application in this process, with the emulator behind it."""

from dataclasses import dataclass

from fastapi.testclient import TestClient

from analyzer.analyses import AnalysisRunner
from analyzer.http import create_app
from analyzer.metrics import WorkerMetrics
from analyzer.queue.worker import Worker
from analyzer.readiness import Readiness
from analyzer.runtime import AnalysisProgram, RequestT
from analyzer.settings import Limits, Settings
from analyzer.storage import Storage
from containers.analyzer.tests.cloud import Cloud
from containers.analyzer.tests.played import QUICK
from containers.model_store.tests.emulated import REGION


@dataclass(frozen=True, kw_only=True)
class InProcess:
    """A program's parts as `serve` puts them together."""

    http: TestClient
    worker: Worker  # type: ignore[type-arg] # of whatever the program asks


def in_process(
    program: AnalysisProgram[RequestT],
    cloud: Cloud,
    limits: Limits = Limits(),  # noqa: B008 -- frozen
) -> InProcess:
    settings = Settings(
        bucket=cloud.bucket,
        prefix="uploads/",
        region=REGION,
        queue_url=cloud.queue,
        host="127.0.0.1",
        port=1,
    )
    storage = Storage(settings, cloud.s3, limits)
    metrics = WorkerMetrics()
    analyses = AnalysisRunner(program, storage, metrics, limits)
    return InProcess(
        http=TestClient(create_app(program, analyses, Readiness(storage, None), metrics)),
        worker=Worker(
            queue_url=cloud.queue,
            clients=cloud.clients,
            analyses=analyses,
            request=program.request,
            metrics=metrics,
            timeouts=QUICK,
        ),
    )
