"""The process in a pod: HTTP server in one thread, queue worker in the main one, until a signal."""

import logging
import os
import signal
import socket
import threading
import time
from functools import partial
from typing import Any

import boto3
import uvicorn
from botocore.config import Config
from botocore.exceptions import CredentialRetrievalError

from analyzer.analyses import AnalysisRunner
from analyzer.failure import SettingsError
from analyzer.http import create_app
from analyzer.metrics import WorkerMetrics
from analyzer.queue.lease import WorkerTimeouts
from analyzer.queue.worker import Worker
from analyzer.readiness import Readiness
from analyzer.runtime import AnalysisProgram, RequestT
from analyzer.settings import Limits, Settings
from analyzer.storage import Storage

_LOG = logging.getLogger(__name__)
_ATTEMPTS = 4
_CONNECT_SECONDS = 5
_CREDENTIALS_PAUSE_SECONDS = 1
_READ_SECONDS = 30
"""Longer than a long poll of SQS."""

_PATIENT = Config(
    connect_timeout=_CONNECT_SECONDS,
    read_timeout=_READ_SECONDS,
    retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
)
_PROBING = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 1})
"""Done within the five seconds of the readiness probe, which asks again anyway."""


def client(service: str, region: str, session: boto3.Session, config: Config = _PATIENT) -> Any:  # noqa: ANN401 - boto3 ships no types
    """Return a client; credentials and endpoint are boto3's, in a pod those of its identity."""
    make: Any = session.client
    # In us-east-1 boto3 would ask S3's global host.
    regional = Config(s3={"us_east_1_regional_endpoint": "regional"})
    return make(service, region_name=region, config=config.merge(regional))


def serve(
    program: AnalysisProgram[RequestT], settings: Settings, limits: Limits, timeouts: WorkerTimeouts
) -> None:
    """Answer HTTP and work for the queue, if there is one, until SIGTERM or SIGINT."""
    clients = partial(client, region=settings.region, session=open_session())
    storage = Storage(settings, clients("s3"), limits)
    metrics = WorkerMetrics()
    analyses = AnalysisRunner(program, storage, metrics, limits)
    stop = threading.Event()
    worker = None
    if settings.queue_url:
        worker = Worker(
            queue_url=settings.queue_url,
            clients=clients,
            analyses=analyses,
            request=program.request,
            metrics=metrics,
            timeouts=timeouts,
        )
    readiness = Readiness(Storage(settings, clients("s3", config=_PROBING), limits), worker)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(program, analyses, readiness, metrics),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=int(timeouts.drain_seconds),
        )
    )

    def leave(*_: object) -> None:
        server.should_exit = True
        stop.set()
        if worker:
            worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    with _listening(settings) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), name="http")
        thread.start()
        try:
            worker.run() if worker else stop.wait()
        finally:
            leave()
            thread.join()


def open_session() -> boto3.Session:
    """Return a session once it has credentials: on a new node a pod may start before their agent.

    boto3 would ask for a few seconds when the first client is made, and then raise.
    """
    session = boto3.Session()
    while True:
        try:
            session.get_credentials()
        except CredentialRetrievalError as error:
            _LOG.warning("no credentials yet: %s", error)
            time.sleep(_CREDENTIALS_PAUSE_SECONDS)
        else:
            return session


def _listening(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        sentence = f"cannot listen on {settings.host}:{settings.port}: {reason}"
        raise SettingsError(sentence) from error
