"""What is shown while Redis is away, refuses, or answers strangely."""

import ssl
import time
from pathlib import Path

import pytest
import trustme

from containers.exporter.tests.running import Running, Scrape, ended
from containers.queue_exporter.tests.jobs import add, run
from containers.queue_exporter.tests.valkey import Valkey, relay, valkey
from rehearsal.cluster.ports import free_ports

_OF_THE_EXPORTER = {"queue_exporter_up", "queue_exporter_last_success_timestamp_seconds"}


def _is_blind(scrape: Scrape) -> bool:
    return scrape.names == _OF_THE_EXPORTER and scrape("queue_exporter_up") == 0


def test_a_lost_redis_is_not_an_empty_queue(server: Valkey, exporter: Running) -> None:
    """Depths vanish while it is away, and are there again with it."""
    run(add(server.port, "stt", {}))
    before = exporter.scrape()
    assert before("queue_exporter_up") == 1
    assert before("bullmq_job_count", queue="stt", state="wait") == 1

    server.kill()
    away = exporter.scrape()
    assert _is_blind(away)
    last = "queue_exporter_last_success_timestamp_seconds"
    assert away(last) == before(last) == pytest.approx(time.time(), abs=30)
    assert exporter.get("/health")[0] == 200, "a restart would not bring Redis back"

    server.start()
    back = exporter.scrape()
    assert back("queue_exporter_up") == 1
    assert back("bullmq_job_count", queue="stt", state="wait") == 0
    assert back(last) > before(last)


def test_a_connection_that_was_closed_meanwhile_is_no_outage(
    tmp_path: Path, server: Valkey
) -> None:
    """Servers close connections that are idle."""
    with (
        relay(server.port) as between,
        Running(
            "queue_exporter",
            tmp_path / "log",
            REDIS_HOST="127.0.0.1",
            REDIS_PORT=str(between.port),
            QUEUE_NAMES="stt",
        ) as exporter,
        server.client() as client,
    ):
        assert exporter.scrape()("queue_exporter_up") == 1
        assert client.client_kill_filter(_type="normal", skipme=True) == 1

        assert exporter.scrape()("queue_exporter_up") == 1
        assert between.connections == 2


def test_a_redis_that_hangs_does_not_hold_a_scrape(server: Valkey, exporter: Running) -> None:
    """Prometheus gives up after ten seconds, and would learn nothing."""
    exporter.scrape()
    with server.client() as client:
        client.client_pause(30_000)
    start = time.monotonic()

    assert _is_blind(exporter.scrape())
    assert time.monotonic() - start < 8


def test_a_key_that_is_no_queue_shows_no_depth(server: Valkey, exporter: Running) -> None:
    """A wrong figure would be worse than none, and the log says why."""
    with server.client() as client:
        client.set("bull:mt:wait", "text")

    assert _is_blind(exporter.scrape())
    assert "WRONGTYPE" in exporter.log


def test_an_exporter_that_never_reached_redis_says_so(tmp_path: Path) -> None:
    """It starts nevertheless, since Redis may come later."""
    (port,) = free_ports(1)
    with Running(
        "queue_exporter",
        tmp_path / "log",
        REDIS_HOST="127.0.0.1",
        REDIS_PORT=str(port),
        QUEUE_NAMES="stt",
    ) as exporter:
        scrape = exporter.scrape()

    assert _is_blind(scrape)
    assert scrape("queue_exporter_last_success_timestamp_seconds") == 0


def test_a_password_is_read_for_each_connection(tmp_path: Path) -> None:
    """A rotated one is taken without a restart; it is never in the log."""
    secret = tmp_path / "password"
    secret.write_text("first-secret\n")
    with (
        valkey(tmp_path, "--requirepass", "first-secret") as server,
        Running(
            "queue_exporter",
            tmp_path / "log",
            REDIS_HOST="127.0.0.1",
            REDIS_PORT=str(server.port),
            REDIS_PASSWORD_FILE=str(secret),
            QUEUE_NAMES="stt",
        ) as exporter,
        server.client(password="first-secret") as client,
    ):
        assert exporter.scrape()("queue_exporter_up") == 1
        client.config_set("requirepass", "second-secret")
        client.client_kill_filter(_type="normal", skipme=True)
        assert _is_blind(exporter.scrape())

        secret.write_text("second-secret\n")
        assert exporter.scrape()("queue_exporter_up") == 1
        assert "secret" not in exporter.log


def test_a_user_who_may_only_read_the_queues_is_enough(tmp_path: Path, server: Valkey) -> None:
    """Least rights: the queues' keys, and what the script reads them with."""
    reads = ["+eval_ro", "+llen", "+lindex", "+zcard", "+zrangebyscore", "+hget"]
    secret = tmp_path / "password"
    secret.write_text("secret")
    with server.client() as client:
        rights = ["resetkeys", "%R~bull:*", "-@all", *reads]
        client.execute_command("ACL", "SETUSER", "default", "on", ">secret", *rights)

    ran = ended(
        "queue_exporter",
        "--check",
        REDIS_HOST="127.0.0.1",
        REDIS_PORT=str(server.port),
        REDIS_PASSWORD_FILE=str(secret),
        QUEUE_NAMES="stt",
    )

    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(("trusted", "up"), [(True, 1), (False, 0)])
def test_tls_is_spoken_with_whom_the_machine_trusts(
    tmp_path: Path, server: Valkey, *, trusted: bool, up: int
) -> None:
    """A stranger in between learns no password."""
    authority, stranger = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    trust = tmp_path / "trusted.pem"
    (authority if trusted else stranger).cert_pem.write_to_path(str(trust))
    with (
        relay(server.port, context) as encrypted,
        Running(
            "queue_exporter",
            tmp_path / "log",
            REDIS_HOST="localhost",
            REDIS_PORT=str(encrypted.port),
            REDIS_TLS="true",
            SSL_CERT_FILE=str(trust),
            QUEUE_NAMES="stt",
        ) as exporter,
    ):
        assert exporter.scrape()("queue_exporter_up") == up
