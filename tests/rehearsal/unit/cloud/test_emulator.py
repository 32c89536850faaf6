"""The emulator as a process: the proof that an endpoint is its, its lock, its environment."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from rehearsal.cloud.guard import NotTheEmulatorError, prove
from rehearsal.cloud.lock import Lock
from rehearsal.cloud.settings import client_environment


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


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[bytes]:
    program = (
        "import sys, time; from pathlib import Path; from rehearsal.cloud.lock import Lock;"
        "lock = Lock(Path(sys.argv[1])).held(); lock.__enter__(); print(flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE)
    assert process.stdout
    with process.stdout as ready:
        ready.readline()
    return process


def test_a_living_emulator_is_found_and_stopped(
    tmp_path: Path, holder: subprocess.Popen[bytes]
) -> None:
    """`down` ends the process that holds the lock."""
    assert Lock(tmp_path).holder() == holder.pid

    assert Lock(tmp_path).end_holder(grace_seconds=5)

    assert holder.wait(5)
    assert Lock(tmp_path).holder() is None


def test_a_directory_has_one_emulator(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    """A second one does not start beside the first."""
    with pytest.raises(BlockingIOError), Lock(tmp_path).held():
        pass

    holder.kill()
    holder.wait()


def test_the_number_of_a_dead_emulator_is_not_believed(tmp_path: Path) -> None:
    """After a crash the number in the file may be anyone's: here it is this very test's."""
    (tmp_path / "emulator.lock").write_text(str(os.getpid()))

    assert Lock(tmp_path).holder() is None
    assert not Lock(tmp_path).end_holder(grace_seconds=0)


def test_nothing_of_the_users_aws_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Profiles, sessions and service endpoints would lead elsewhere."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_ROLE_ARN"):
        monkeypatch.setenv(name, "of the user")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/home/user/.aws/config")

    environment = client_environment(4566)

    assert "of the user" not in environment.values()
    assert environment["AWS_CONFIG_FILE"] == os.devnull
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"


def test_a_proxy_does_not_come_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes to this machine goes straight."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.com")

    assert client_environment(4566)["NO_PROXY"] == "127.0.0.1"
