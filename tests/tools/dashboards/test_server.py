"""The server passes the page's questions on, and nothing else; the page draws what is answered."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, quote

import pytest

from charts.dubbing.dashboards import dashboards
from tests.settings.dubbing.examples import PROD
from tools.dashboards.server import Server

_HERE = Path(__file__).parent
_DASHBOARDS = dashboards(PROD.watching)
_POINTS = 20


class _Prometheus(BaseHTTPRequestHandler):
    """Answers every query with two series that have all labels that a legend may name."""

    wbufsize = -1

    def do_GET(self) -> None:
        path, _, text = self.path.partition("?")
        query = {name: values[0] for name, values in parse_qs(text).items()}
        if query["query"] == "wrong(":
            return self._answer(400, {"status": "error", "error": "unclosed left parenthesis"})
        series = [_labels(number) for number in range(2)]
        if path.endswith("_range"):
            end, step = float(query["end"]), float(query["step"])
            result: list[dict[str, object]]
            times = [end - step * back for back in reversed(range(_POINTS))]
            result = [{"metric": one, "values": [[at, "3.5"] for at in times]} for one in series]
        else:
            now = float(query["time"])
            result = [{"metric": one, "value": [now, "0.5"]} for one in series]
        return self._answer(200, {"status": "success", "data": {"result": result}})

    def _answer(self, status: int, answer: object) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class _PrometheusServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def _labels(number: int) -> dict[str, str]:
    names = {"whisper-pyannote-stt": "1", "marian-mt": "+Inf"}
    service, le = list(names.items())[number]
    legends = (query.legend for drawn in _DASHBOARDS for p in drawn.panels for query in p.queries)
    asked = {label for legend in legends for label in re.findall(r"{{(\w+)}}", legend)}
    return {**dict.fromkeys(asked, f"x{number}"), "service": service, "le": le}


@contextmanager
def _served(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Serve the page over a Prometheus that knows every series."""
    prometheus = _PrometheusServer(("127.0.0.1", 0), _Prometheus)
    page = Server(_DASHBOARDS, f"http://127.0.0.1:{prometheus.server_port}")
    with _served(prometheus), _served(page):
        yield page


def _get(server: Server, path: str, host: str | None = None) -> tuple[int, str, bytes]:
    connection = HTTPConnection("127.0.0.1", server.server_port)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers["Content-Type"], content


@pytest.mark.parametrize("suite", sorted(_HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_the_page(suite: Path, server: Server) -> None:
    """As its own tests have it, in a played document."""
    ran = subprocess.run(
        ["node", "--test-reporter=tap", suite],
        env={**os.environ, "DASHBOARDS": server.url},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"^# pass [1-9]", ran.stdout, re.MULTILINE), ran.stdout
    assert not ran.stderr


def test_every_file_that_the_page_names_is_served(server: Server) -> None:
    """The style, the program, and what that imports."""
    status, kind, page = _get(server, "/")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    named = re.findall(r'(?:href|src)="([\w.]+)"', page.decode())
    assert named == ["style.css", "page.mjs"]
    program = _get(server, "/page.mjs")[2].decode()
    for name in [*named, *re.findall(r'from "\./([\w.]+)"', program)]:
        assert _get(server, f"/{name}")[0] == 200, name


def test_the_dashboards_are_those_of_the_chart(server: Server) -> None:
    """From one model, so that a panel cannot be here and not in Grafana."""
    model = json.loads(_get(server, "/dashboards.json")[2])
    assert [(one["uid"], [panel["title"] for panel in one["panels"]]) for one in model] == [
        (one.uid, [panel.title for panel in one.panels]) for one in _DASHBOARDS
    ]


def test_prometheus_answer_is_passed_on_even_if_it_is_no(server: Server) -> None:
    """The page shows what Prometheus has against a query."""
    status, _, answer = _get(server, f"/api/v1/query?query={quote('wrong(')}")
    assert (status, json.loads(answer)["error"]) == (400, "unclosed left parenthesis")


def test_prometheus_that_is_away_is_named() -> None:
    """With its address, and what happened."""
    page = Server(_DASHBOARDS, "http://127.0.0.1:1")
    with _served(page):
        status, _, answer = _get(page, "/api/v1/query?query=up")
    assert status == 502
    assert json.loads(answer)["error"].startswith(
        "Prometheus at http://127.0.0.1:1 does not answer: "
    )


@pytest.mark.parametrize("path", ["/api/v1/admin/tsdb/snapshot", "/../server.py", "/x"])
def test_nothing_else_is_served(server: Server, path: str) -> None:
    """Of Prometheus only what panels ask, of this machine only the page."""
    status, _, answer = _get(server, path)
    assert (status, json.loads(answer)["error"]) == (404, f"there is nothing at {path}")


def test_a_page_of_another_site_is_refused(server: Server) -> None:
    """Its name may lead to this machine; its Host header says which name was asked for."""
    assert _get(server, "/dashboards.json", host="evil.example")[0] == 403
    assert _get(server, "/dashboards.json", host="localhost:8080")[0] == 200


def test_the_command_says_where_the_page_is() -> None:
    """Though Prometheus is away, which it says too; Ctrl-C ends it."""
    # A shell starts what runs in the background with Ctrl-C ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-m", "tools.dashboards", "DubbingProd", "http://127.0.0.1:1/"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        line = running.stdout.readline()
        running.send_signal(signal.SIGINT)
        _, warned = running.communicate(timeout=30)
    assert re.fullmatch(
        r"5 dashboards over http://127\.0\.0\.1:1: http://127\.0\.0\.1:\d+/\n", line
    )
    assert warned.startswith("dashboards: Prometheus at http://127.0.0.1:1 does not answer: ")
    assert len(warned.splitlines()) == 1
    assert running.returncode == 0


def test_a_system_without_dashboards_says_so() -> None:
    """In one sentence, before a server starts."""
    ended = subprocess.run(
        [sys.executable, "-m", "tools.dashboards", "AvadotProd"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        "settings: system is 'AvadotProd': it has no dashboards; DubbingProd has some\n"
    )


def test_only_this_machine_can_ask(server: Server) -> None:
    """The server listens on the loopback address."""
    assert server.server_address[0] == "127.0.0.1"
