"""The proof that an endpoint is the emulator."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from rehearsal.cloud.guard import NotTheEmulatorError, prove


class _SomeonesAccount(BaseHTTPRequestHandler):
    """Answers GetCallerIdentity as the real service does for a real account."""

    def do_POST(self) -> None:
        body = (
            b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>"
            b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
        )
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing between the tests' lines."""


@pytest.fixture
def proxy_to_aws() -> Iterator[str]:
    """Run a server on this machine that answers for somebody's account."""
    with HTTPServer(("127.0.0.1", 0), _SomeonesAccount) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://sts.ap-northeast-2.amazonaws.com",
        "https://127.0.0.1:4566",
        "http://localhost.example.com:4566",
        "http://127.0.0.1.example.com",
    ],
)
def test_other_machines_are_never_called(endpoint: str) -> None:
    """An endpoint elsewhere is refused by its address alone."""
    with pytest.raises(NotTheEmulatorError, match="never leaves this machine"):
        prove(endpoint)


def test_an_answer_for_a_real_account_stops_the_rehearsal(proxy_to_aws: str) -> None:
    """A tunnel to AWS on this machine is found out by the account."""
    with pytest.raises(NotTheEmulatorError, match="answers for account 123456789012"):
        prove(proxy_to_aws)
