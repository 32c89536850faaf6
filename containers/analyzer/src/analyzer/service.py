"""The process in a pod: HTTP in one thread, the queue in the main one, until a signal."""

import os
import signal
import socket
import threading
from functools import partial

import uvicorn

from analyzer.analyses import Analyses
from analyzer.clients import client
from analyzer.failure import SettingsError
from analyzer.http import create_app
from analyzer.metrics import Metrics
from analyzer.program import Program, RequestT
from analyzer.queue.lease import Patience
from analyzer.queue.worker import Worker
from analyzer.readiness import Readiness
from analyzer.settings import Limits, Settings
from analyzer.storage import Storage


def serve(
    program: Program[RequestT], settings: Settings, limits: Limits, patience: Patience
) -> None:
    """Answer HTTP and work for the queue, if there is one, until SIGTERM or SIGINT."""
    clients = partial(client, region=settings.region)
    storage = Storage(settings, clients("s3"), limits)
    metrics = Metrics()
    analyses = Analyses(program, storage, metrics, limits)
    stop = threading.Event()
    worker = None
    if settings.queue_url:
        worker = Worker(
            queue_url=settings.queue_url,
            clients=clients,
            analyses=analyses,
            request=program.request,
            metrics=metrics,
            patience=patience,
        )
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(program, analyses, Readiness(storage), metrics),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=int(patience.drain_seconds),
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


def _listening(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        sentence = f"cannot listen on {settings.host}:{settings.port}: {reason}"
        raise SettingsError(sentence) from error
