"""Rollouts are read where the cluster knows them."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
from lightkube import Client, KubeConfig
from lightkube.config.models import Cluster, User

from rehearsal.cluster.rollouts import BlueGreen, rollouts

_ROLLOUT = {
    "metadata": {"namespace": "models", "name": "stt"},
    "spec": {"replicas": 3, "strategy": {"blueGreen": {"previewService": "stt-preview"}}},
    "status": {"readyReplicas": 2},
}


class _Server(ThreadingHTTPServer):
    answer: tuple[int, bytes] = (404, b"404 page not found\n")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert isinstance(self.server, _Server)
            status, body = self.server.answer
            self.send_response(status)
            kind = "application/json" if status == 200 else "text/plain"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Server.Handler) as made:
        threading.Thread(target=made.serve_forever, args=[0.01], daemon=True).start()
        yield made
        made.shutdown()


def _read(server: _Server) -> list[Any]:
    cluster = Cluster(server=f"http://127.0.0.1:{server.server_address[1]}")
    config = KubeConfig.from_one(cluster=cluster, user=User())
    return list(rollouts(Client(config=config, trust_env=False)))


def test_a_cluster_without_argo_has_none(server: _Server) -> None:
    """The API server answers for an unknown group in plain text."""
    assert _read(server) == []


def test_another_error_is_no_cluster_without_argo(server: _Server) -> None:
    server.answer = (503, b"overloaded\n")

    with pytest.raises(httpx2.HTTPStatusError):
        _read(server)


def test_a_rollout_tells_who_serves_and_where_it_is_looked_at(server: _Server) -> None:
    """Ready pods are those of the version that serves."""
    server.answer = (200, json.dumps({"metadata": {}, "items": [_ROLLOUT]}).encode())

    (found,) = _read(server)

    assert found == BlueGreen(
        namespace="models", name="stt", ready=2, wanted=3, preview="stt-preview"
    )
    assert found.preview_service == ("models", "stt-preview")
