"""The page, and what tells browsers how to treat it."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response

from containers.music_api.tests.balancer import Balancer
from containers.music_api.tests.cloud import Cloud
from containers.music_api.tests.kubernetes import Kubernetes
from containers.music_api.tests.program import Program, assembled

_INDEX = "<!doctype html><title>Music</title>" + "<p>" * 500
_SCRIPT = "console.log(1);" * 100


@pytest.fixture
def program(
    cloud: Cloud, kubernetes: Kubernetes, balancer: Balancer, tmp_path: Path
) -> Iterator[Program]:
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text(_INDEX)
    (page / "assets" / "index-3f2a.js").write_text(_SCRIPT)
    (page / "icon.png").write_bytes(b"\x89PNG")
    (tmp_path / "secret").write_text("secret")
    with assembled(cloud, kubernetes, balancer, page=page) as running:
        yield running


def _get(program: Program, path: str, **headers: str) -> Response:
    return program.http.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.mark.parametrize("path", ["/", "/index.html", "/r/m123", "/ko/upload"])
def test_all_addresses_of_the_page_are_the_page(program: Program, path: str) -> None:
    """It reads the rest itself; a new release is seen at the next visit."""
    answer = _get(program, path)

    assert (answer.status_code, answer.text) == (200, _INDEX)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_files_with_a_hash_in_their_names_are_kept_for_ever(program: Program) -> None:
    """They never change."""
    answer = _get(program, "/assets/index-3f2a.js")

    assert answer.text == _SCRIPT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_text_is_sent_small_to_whom_it_suits(program: Program) -> None:
    """A picture is small already."""
    answer = _get(program, "/", accept_encoding="br, gzip")
    plain = _get(program, "/", accept_encoding="identity")

    assert (answer.headers["content-encoding"], answer.text) == ("gzip", _INDEX)
    assert int(answer.headers["content-length"]) == len(gzip.compress(_INDEX.encode(), 9))
    assert "content-encoding" not in plain.headers
    assert answer.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in _get(program, "/icon.png").headers


def test_what_a_browser_has_is_not_sent_again(program: Program) -> None:
    """If it asks whether it is still the same."""
    tag = _get(program, "/").headers["etag"]

    answer = _get(program, "/", if_none_match=tag)

    assert (answer.status_code, answer.content) == (304, b"")
    assert program.http.head("/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/assets/old.js", "/favicon.ico", "/../secret", "/%2e%2e/secret.txt",
        "/assets/../../secret.x",        "/runs/a/b/c", "/metrics/x", "/%2Fsecret.txt", "/%00.js",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_and_no_page(program: Program, path: str) -> None:
    """A script that is none would be a riddle; and nothing beside the page is reached."""
    answer = _get(program, path)

    assert "secret" not in answer.text
    assert answer.status_code == 404 or answer.text == _INDEX
    if path != "/../secret":
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/assets/index-3f2a.js", "/runs", "/nowhere.js"])
def test_browsers_are_told_to_load_nothing_but_ours(program: Program, path: str) -> None:
    """And the storage's videos; with every answer, an error's too."""
    headers = _get(program, path).headers
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))

    origin = program.cloud.emulator.url
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {origin}"
    assert policy["media-src"] == f"'self' blob: {origin}"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "strict-transport-security" in headers
