"""What every exporter answers, and how it starts and ends."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.exporter.tests.running import Running, ended
from exporter.failure import SettingsError
from exporter.variables import json_of, text_of, url_of
from rehearsal.cluster.ports import is_free

_VARIABLES = {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": "1", "QUEUE_NAMES": "stt"}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Start one of the exporters; what it measures is away."""
    with Running("queue_exporter", tmp_path / "log", **_VARIABLES) as program:
        yield program


def test_figures_and_health_are_all_that_is_answered(running: Running) -> None:
    """Both whatever state the measured thing is in."""
    assert running.get("/health") == (200, '{"status": "healthy"}\n')
    assert running.get("/metrics")[0] == 200
    assert running.get("/metrics?name[]=queue_exporter_up")[0] == 200
    assert running.get("/")[0] == 404
    assert running.get("/metrics/x")[0] == 404


def test_a_signal_ends_it_at_once_and_without_an_error(running: Running) -> None:
    """Even while a client holds a connection and says nothing."""
    with socket.create_connection(("127.0.0.1", running.port)):
        assert running.terminate() == 0
    assert "Traceback" not in running.log


def test_it_listens_where_it_is_told(running: Running) -> None:
    """Tests and laptops keep it to themselves."""
    assert not is_free(running.port)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", running.port))


def test_a_client_that_says_nothing_holds_nobody_else(running: Running) -> None:
    """Each has a thread of its own."""
    with socket.create_connection(("127.0.0.1", running.port)):
        assert running.get("/health")[0] == 200


def test_scrapes_at_one_time_are_all_answered(running: Running) -> None:
    """Two Prometheuses and a person."""
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(running.get("/metrics")[0]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 8


def test_the_log_is_an_object_a_line(running: Running) -> None:
    """With the reason of an outage in it."""
    running.scrape()

    lines = [json.loads(line) for line in running.log.splitlines()]
    assert [line["level"] for line in lines] == ["WARNING"]
    assert lines[0]["message"].startswith("Redis at 127.0.0.1:1 does not tell its queues")


def test_a_port_that_is_taken_is_told(running: Running) -> None:
    """In one sentence."""
    ran = ended("queue_exporter", **_VARIABLES, PORT=str(running.port))

    assert ran.returncode == 2
    said = f"queue-exporter: cannot listen on 127.0.0.1:{running.port}: Address already in use\n"
    assert ran.stderr == said


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_wrong_port_is_told(port: str) -> None:
    ran = ended("queue_exporter", **_VARIABLES, PORT=port)

    assert ran.returncode == 2
    said = f"queue-exporter: PORT is {port!r}: it has to be a number from 1 to 65535\n"
    assert ran.stderr == said


def test_an_unknown_argument_is_told() -> None:
    ran = ended("queue_exporter", "--chekc", **_VARIABLES)

    assert ran.returncode == 2
    said = "queue-exporter: unrecognized arguments: --chekc; see queue-exporter --help\n"
    assert ran.stderr == said


@pytest.mark.parametrize("url", ["", "prometheus:9090", "ftp://prometheus", "http://"])
def test_a_url_names_its_protocol_and_host(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^ABOUT is '.*': it has to be a URL as http://prom"):
        url_of({"ABOUT": url}, "ABOUT")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "a file of JSON (Expecting property name"),
        (b"[]", "a file with a JSON object"),
        (b"\xff", "a file of UTF-8 text"),
    ],
)
def test_a_file_that_is_no_configuration_is_told(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)

    with pytest.raises(SettingsError) as raised:
        json_of(path, "FILE")

    assert str(raised.value).startswith(f"FILE is {str(path)!r}: it has to be {sentence}")


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"it has to be a file \(No such file or directory\)"):
        text_of(tmp_path / "missing", "FILE")
