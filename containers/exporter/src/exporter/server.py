"""The HTTP server: `/metrics`, `/health`, until a signal."""

import os
import signal
import threading
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, MetricsHandler
from prometheus_client.registry import Collector

from exporter.failure import SettingsError
from exporter.variables import Listener

_IDLE_SECONDS = 10
"""After which a client that says nothing is let go."""


class _Handler(MetricsHandler):
    timeout = _IDLE_SECONDS

    def do_GET(self) -> None:  # noqa: N802 - the base has named it
        match urlsplit(self.path).path:
            case "/metrics":
                super().do_GET()
            case "/health":
                self._respond(HTTPStatus.OK, b'{"status": "healthy"}\n')
            case _:
                self._respond(HTTPStatus.NOT_FOUND, b'{"status": "not found"}\n')

    def _respond(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(collector: Collector, listener: Listener) -> None:
    """Show what the collector measures at each scrape, until SIGTERM or SIGINT."""
    registry = CollectorRegistry()
    registry.register(collector)
    # Taken by `sigwait`: a handler that wakes the main thread may wait for a lock that it holds.
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with _open(listener, registry) as server:
        thread = threading.Thread(target=server.serve_forever, name="http")
        thread.start()
        signal.sigwait(ends)
        server.shutdown()
        thread.join()


def _open(listener: Listener, registry: CollectorRegistry) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer((listener.host, listener.port), _Handler.factory(registry))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        sentence = f"cannot listen on {listener.host}:{listener.port}: {reason}"
        raise SettingsError(sentence) from error
