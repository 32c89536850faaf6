"""What callers may send, and that nothing they send is our failure."""

import json
import logging
from pathlib import Path

import pytest

from containers.music_api.tests.cloud import VIDEO, wait_for
from containers.music_api.tests.program import Program
from music_api.document import document
from music_api.logs import FIELDS

_IDS = ["x", "m" + "a" * 24, "m" + "a" * 25, "..", "%2e%2e", "%2F", "m%00", "a b", "ü"]
_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "MUSIC"]
_PATHS = ["/runs", "/me", "/runs/{run}", "/runs/{run}/results", "/runs/{run}/results/{n}",
          "/runs/{run}/choice", "/runs/{run}/again", "/health", "/ready", "/none"]  # fmt: skip


def test_the_document_is_the_one_that_the_page_was_written_with(program: Program) -> None:
    """Its errors are problem documents; `python -m music_api.document` writes it."""
    written = (Path(__file__).parents[1] / "openapi.json").read_text()

    assert document() == written
    assert program.http.get("/openapi.json").json() == json.loads(written)
    assert program.http.get("/docs").status_code == 404


@pytest.mark.parametrize("method", _METHODS)
def test_every_method_of_every_path_is_answered(program: Program, method: str) -> None:
    """With ids of any form: never by a defect, and an error is always a problem document."""
    places = {
        path.replace("{run}", run).replace("{n}", number)
        for path in _PATHS
        for run in _IDS
        for number in ("1", "0", "x", "99999999999999999999")
    }
    for place in sorted(places):
        answer = program.ask(method, place, content=b"{}")
        # Whether it is ready depends on what stands behind it.
        assert answer.status_code < 500 or place == "/ready", place
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", place
        if answer.status_code == 405:
            assert answer.headers["allow"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b"7", b'"x"', b"{}", b"[" * 8000, b'{"a":' * 3000,
     b'{"filename": "\\ud800", "bytes": 7}', b'{"filename": "a", "bytes": 1e999}',
     b'{"filename": "a", "bytes": NaN}', b'{"filename": ["a"], "bytes": 7}',
     b'{"filename": "a", "bytes": -1}', b'{"filename": "a", "bytes": 7.5}',
     b'{"filename": "a", "bytes": true}', b'{"filename": "a", "bytes": ' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_no_body_is_our_failure(program: Program, body: bytes) -> None:
    """Each is a 400, 413 or 422 with a sentence."""
    for method, path in (("POST", "/runs"), ("PUT", f"/runs/m{'a' * 25}/choice")):
        answer = program.ask(method, path, content=body)

        assert answer.status_code in (400, 413, 422), answer.text
        assert "\n" not in answer.json()["detail"]


def test_a_large_body_is_not_read(program: Program) -> None:
    """Nor one that does not say how large it is."""
    large = program.ask("POST", "/runs", content=b" " * 20000)
    endless = program.ask("POST", "/runs", content=iter([b"{", b"}"]))

    assert large.status_code == 413
    assert large.json()["detail"] == "the request has 20000 bytes: at most 16384"
    assert endless.status_code == 411


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "x/json",
                                  "multipart/form-data; boundary=application/json"])  # fmt: skip
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", ""), ("DELETE", "/{run}"), ("PUT", "/{run}/choice"), ("POST", "/{run}/again")],
)
def test_another_site_cannot_send_what_changes_something(
    program: Program, method: str, path: str, kind: str
) -> None:
    """The load balancer's cookie goes with its forms; a form cannot have JSON's type."""
    run = program.upload()
    before = program.cloud.objects()

    answer = program.ask(
        method,
        f"/runs{path.format(run=run)}",
        headers={"content-type": kind},
        content=b'{"filename": "a", "bytes": 1}',
    )

    assert answer.status_code == 415
    assert program.cloud.objects() == before


def test_a_browser_that_says_it_is_another_site_is_believed(program: Program) -> None:
    """Whatever type it sends; its own page, and programs that say nothing, are heard."""
    wanted = {"filename": "a", "bytes": len(VIDEO)}
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 202)):
        answer = program.ask("POST", "/runs", json=wanted, headers={"sec-fetch-site": site})
        assert answer.status_code == status


@pytest.mark.parametrize("path", ["/me", "/runs", f"/runs/m{'a' * 25}"])
def test_without_identity_nothing_is_answered(program: Program, path: str) -> None:
    """Only the load balancer's word counts; its other header can be written by anybody."""
    answer = program.http.get(path, headers={"x-amzn-oidc-identity": "ann"})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "www-authenticate" in answer.headers


def test_probes_and_figures_are_for_the_cluster(program: Program) -> None:
    """Through the load balancer they are not there; all answers but files are not kept."""
    with program.consuming():
        wait_for(lambda: program.http.get("/ready").is_success)
    for path in ("/health", "/metrics"):
        assert program.http.get(path).status_code == 200
    for path in ("/ready", "/metrics"):
        assert program.http.get(path, headers={"x-forwarded-for": "1.2.3.4"}).status_code == 404
    assert program.ask("GET", "/runs").headers["cache-control"] == "no-store"


def _unready(program: Program) -> str:
    answer = program.http.get("/ready")
    assert answer.status_code == 503
    assert program.http.get("/health").status_code == 200, "a restart would mend nothing"
    sentence: str = answer.json()["detail"]
    return sentence


def test_it_is_ready_once_all_that_it_needs_has_answered(program: Program) -> None:
    """And says which did not; that Kubernetes goes away later takes no pod from its users."""
    program.kubernetes.away = True
    assert _unready(program) == "the queue of the bucket's events has not answered yet"

    with program.consuming():
        wait_for(lambda: _unready(program).startswith("the cluster"))
        program.kubernetes.away = False
        assert program.http.get("/ready").status_code == 200
        program.kubernetes.away = True
        assert program.http.get("/ready").status_code == 200


def test_without_its_bucket_it_is_not_ready(program: Program) -> None:
    """Whatever else has answered."""
    program.cloud.s3.delete_bucket(Bucket=program.cloud.bucket)

    with program.consuming():
        wait_for(lambda: _unready(program).startswith("the storage"))


def test_requests_are_logged_and_counted_by_route_without_persons(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    """No id, no name, no address, no word of the load balancer."""
    with caplog.at_level(logging.INFO):
        run = program.upload()
        program.see(run)
        program.ask("GET", "/runs/ann@example.com")

    lines = [getattr(record, FIELDS) for record in caplog.records if record.name == "access"]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("POST", "/runs", 202),
        ("GET", "/runs/{run}", 200),
        ("GET", "/runs/{run}", 404),
    ]
    assert all(line.keys() == {"method", "route", "status", "milliseconds"} for line in lines)
    told = program.http.get("/metrics").text
    name = 'music_api_request_seconds_count{method="GET",route="/runs/{run}",status="200"}'
    assert f"{name} 1.0" in told
    for word in ("ann@", "The ann", run, "a.mp4"):
        assert word not in told
        assert word not in " ".join(str(line) for line in lines)
