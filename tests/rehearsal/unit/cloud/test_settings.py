"""The environment in which programs see the emulator and no other AWS."""

import os

import pytest

from rehearsal.cloud.settings import client_environment


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
