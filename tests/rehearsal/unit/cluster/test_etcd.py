"""Reading and writing etcd by its JSON gateway."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from rehearsal.cluster import etcd


class _Gateway(BaseHTTPRequestHandler):
    requests: list[tuple[str, dict[str, Any]]]
    pairs: list[dict[str, str]]

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append((self.path, content))
        answer = json.dumps({"kvs": self.pairs}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def gateway() -> Iterator[HTTPServer]:
    _Gateway.requests, _Gateway.pairs = [], []
    with HTTPServer(("127.0.0.1", 0), _Gateway) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_what_a_lease_lets_expire_is_not_read(gateway: HTTPServer) -> None:
    """Events would stay for ever without their lease; an empty value is left out of the answer."""
    _Gateway.pairs = [
        {"key": _text(b"/registry/pods/a"), "value": _text(b"\0pod")},
        {"key": _text(b"/registry/events/a"), "value": _text(b"event"), "lease": "7"},
        {"key": _text(b"/registry/empty")},
    ]

    assert etcd.read(gateway.server_port) == [
        (b"/registry/pods/a", b"\0pod"),
        (b"/registry/empty", b""),
    ]


def test_no_transaction_has_more_operations_than_etcd_takes(gateway: HTTPServer) -> None:
    """Every pair is put once, in order; etcd refuses more than 128 in a transaction."""
    pairs = [(f"/{number}".encode(), b"value") for number in range(250)]

    etcd.write(gateway.server_port, pairs)

    batches = [content["success"] for _, content in _Gateway.requests]
    assert max(map(len, batches)) <= 128
    assert [base64.b64decode(put["requestPut"]["key"]) for batch in batches for put in batch] == [
        key for key, _ in pairs
    ]


def test_no_transaction_holds_more_than_etcd_takes(gateway: HTTPServer) -> None:
    """A definition may have half a MiB, and etcd refuses more than 1.5 in a transaction."""
    pairs = [(f"/{number}".encode(), bytes(400_000)) for number in range(10)]

    etcd.write(gateway.server_port, pairs)

    sizes = [
        sum(len(base64.b64decode(put["requestPut"]["value"])) for put in content["success"])
        for _, content in _Gateway.requests
    ]
    assert max(sizes) <= 1024 * 1024
    assert sum(sizes) == 4_000_000
