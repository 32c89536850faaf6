"""The process in a pod: HTTP in one thread, the bucket's events in the main one, until SIGTERM."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from music_api.aws import PROBING, client, open_session
from music_api.events import Events, Timeouts
from music_api.failure import SettingsError
from music_api.guard import Guard, security_headers
from music_api.http import create_app
from music_api.identity import Identity, Person
from music_api.keys import PublicKeys
from music_api.metrics import Metrics
from music_api.page import Page, add_page
from music_api.probes import add_probes
from music_api.readiness import Readiness
from music_api.runs import Limits, Runs
from music_api.settings import Settings
from music_api.starting import Starting
from music_api.storage import Storage
from music_api.workflows import Workflows

_DRAIN_SECONDS = 20
"""terminationGracePeriodSeconds, 30 by default, less what the exit takes."""


def serve(settings: Settings) -> None:
    """Answer HTTP and handle events until SIGTERM or SIGINT."""
    workflows = Workflows.of_this_process(settings.namespace, settings.template)
    page = Page(settings.page) if settings.page else None
    with _listening(settings) as listener:
        clients = partial(client, region=settings.region, session=open_session())
        storage = Storage(settings.bucket, clients("s3"))
        metrics = Metrics()
        events = Events(
            queue_url=settings.queue_url,
            bucket=settings.bucket,
            sqs=clients("sqs"),
            starting=Starting(storage, workflows, metrics),
            metrics=metrics,
            timeouts=Timeouts(),
        )
        limits = Limits(most_bytes=settings.most_bytes, open_runs=settings.open_runs)
        app = assemble(
            runs=Runs(storage, workflows, limits),
            identify=Identity(settings.identity, PublicKeys(settings.identity.keys)),
            limits=limits,
            readiness=Readiness(
                Storage(settings.bucket, clients("s3", config=PROBING)), workflows, events
            ),
            metrics=metrics,
            page=page,
            storage=storage,
        )
        _run(app, events, listener)


def assemble(
    *,
    runs: Runs,
    identify: Callable[[str | None], Person],
    limits: Limits,
    readiness: Readiness,
    metrics: Metrics,
    page: Page | None,
    storage: Storage,
) -> ASGIApp:
    """Return the whole application."""
    app = create_app(runs, identify, limits)
    add_probes(app, readiness, metrics)
    if page:
        add_page(app, page)
    signed = urlsplit(storage.url("-", seconds=1))
    headers = security_headers(f"{signed.scheme}://{signed.netloc}")
    return Guard(app, metrics, headers)


def _run(app: ASGIApp, events: Events, listener: socket.socket) -> None:
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
            # Longer than the load balancer keeps an idle connection: it must not end first here.
            timeout_keep_alive=75,
        )
    )

    def leave(*_: object) -> None:
        server.should_exit = True
        events.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    thread = threading.Thread(target=server.run, args=([listener],), name="http")
    thread.start()
    try:
        events.run()
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
