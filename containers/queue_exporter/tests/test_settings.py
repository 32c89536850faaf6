"""What the environment may say, and how the program ends over it."""

from pathlib import Path

import pytest

from containers.exporter.tests.running import ended
from containers.queue_exporter.tests.valkey import Valkey
from exporter.failure import SettingsError
from queue_exporter.settings import Settings

_GOOD = {"REDIS_HOST": "cache.example.com", "QUEUE_NAMES": "stt,mt"}


def test_the_rest_has_values_of_its_own() -> None:
    """Host and queues are all that a local run needs."""
    assert Settings.read(_GOOD) == Settings(
        host="cache.example.com", port=6379, tls=False, password_file=None, queues=("stt", "mt")
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("REDIS_HOST", "", "REDIS_HOST is '': it has to be the name or the address of a host"),
        ("REDIS_HOST", "redis://cache", "REDIS_HOST is 'redis://cache': it has to be the name"),
        ("REDIS_PORT", "0", "REDIS_PORT is '0': it has to be a number from 1 to 65535"),
        ("REDIS_TLS", "yes", "REDIS_TLS is 'yes': it has to be true or false"),
        (
            "REDIS_PASSWORD_FILE",
            "/nonexistent",
            "REDIS_PASSWORD_FILE is '/nonexistent': it has to be a file (No such file",
        ),
        ("QUEUE_NAMES", "", "QUEUE_NAMES is '': it has to be queues as stt,mt, and '' is none"),
        ("QUEUE_NAMES", "stt,,mt", "QUEUE_NAMES is 'stt,,mt': it has to be queues as stt,mt"),
        ("QUEUE_NAMES", "bull:stt", "QUEUE_NAMES is 'bull:stt': it has to be queues as stt,mt"),
        (
            "QUEUE_NAMES",
            "stt,mt,stt",
            "QUEUE_NAMES is 'stt,mt,stt': it has to be queues that differ, and 'stt' comes twice",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(
    name: str, value: str, sentence: str
) -> None:
    """The program does not start with half a configuration."""
    with pytest.raises(SettingsError) as raised:
        Settings.read(_GOOD | {name: value})

    assert str(raised.value).startswith(sentence)


def test_an_empty_password_is_none(tmp_path: Path) -> None:
    """A secret that was never filled is found before the first scrape."""
    empty = tmp_path / "password"
    empty.write_text("\n")

    with pytest.raises(SettingsError, match="it has to be a file with a password in it"):
        Settings.read(_GOOD | {"REDIS_PASSWORD_FILE": str(empty)})


def test_a_wrong_configuration_ends_the_program_with_one_sentence() -> None:
    """And with a code that the release gate tells from an outage."""
    ran = ended("queue_exporter", REDIS_HOST="cache", QUEUE_NAMES="a b")

    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.startswith("queue-exporter: QUEUE_NAMES is 'a b': it has to be")
    assert ran.stderr.count("\n") == 1


def test_a_check_reads_the_queues_once(server: Valkey) -> None:
    """Without a word where it could serve, with the reason where it could not."""
    variables = {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(server.port), "QUEUE_NAMES": "stt"}
    ran = ended("queue_exporter", "--check", **variables)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")

    server.kill()
    ran = ended("queue_exporter", "--check", **variables)
    assert ran.returncode == 1
    start = f"queue-exporter: Redis at 127.0.0.1:{server.port} does not tell its queues: "
    assert ran.stderr.startswith(start)
    assert ran.stderr.count("\n") == 1
