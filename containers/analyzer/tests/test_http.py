"""HTTP: what callers may send, and that nothing they send is our failure."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from analyzer.settings import Limits
from containers.analyzer.tests.cloud import KEY, Cloud, wait_for
from containers.analyzer.tests.in_process import in_process
from containers.analyzer.tests.played import PLAYED


@pytest.fixture
def http(cloud: Cloud) -> Iterator[TestClient]:
    with in_process(PLAYED, cloud).http as client:
        yield client


def test_an_analysis_is_answered(cloud: Cloud, http: TestClient) -> None:
    """With the status of the seed, and with who has judged."""
    cloud.upload(b"0")

    answer = http.post("/analyze", json={"s3_bucket": cloud.bucket, "s3_key": KEY})

    assert answer.status_code == 200
    assert answer.json()["status"] == "success"
    assert answer.json()["model"]["name"] == "played"


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"{", 400, "JSON decode error"),
        (b"\xff\xfe", 400, ""),
        (b"", 422, "Field required"),
        (b"[]", 422, "the body: Input should be a valid dictionary"),
        (b"null", 422, "the body: "),
        (b"{}", 422, "s3_bucket: Field required"),
        (b'{"s3_bucket": "b"}', 422, "s3_key: Field required"),
        (b'{"s3_bucket": 7, "s3_key": "k"}', 422, "s3_bucket: Input should be a valid string"),
        (b'{"s3_bucket": "b", "s3_key": ["k"]}', 422, "s3_key: Input should be a valid string"),
        (b'{"s3_bucket": "b", "s3_key": ""}', 422, "s3_key: String should have at least 1"),
        (b'{"s3_bucket": "b", "s3_key": "\\ud800"}', 422, "s3_key: Input should be a valid string"),
        (b'{"s3_bucket": "b", "s3_key": "k", "key": 1}', 422, "key: Extra inputs are not"),
        (b'{"s3_bucket": "b", "s3_key": "k", "\\ud800": 1}', 422, "the body: Input should be"),
        (b'{"s3_bucket": "b", "s3_key": "k", "n": NaN}', 422, "n: Extra inputs are not"),
        (b'{"s3_bucket": "b", "s3_key": "k"}', 403, "only objects of bucket"),
        (b" " * 20000, 413, "the request has 20000 bytes: at most 16384"),
    ],
)
def test_a_bad_request_gets_one_sentence(
    http: TestClient, body: bytes, status: int, sentence: str
) -> None:
    """Whatever is sent: a status below 500 and a sentence that names the field."""
    answer = http.post("/analyze", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == status
    assert answer.json()["status"] == "failed"
    assert answer.json()["error"].startswith("Analysis.")
    assert sentence in answer.json()["message"]


@pytest.mark.parametrize(
    ("content", "status", "error", "sentence"),
    [
        (
            b"defect",
            415,
            "Analysis.UnsupportedMedia",
            "the analysis of this file ended with ValueError: see the log",
        ),
        (
            b"disk is full",
            503,
            "Analysis.Unavailable",
            "the machine could not do the analysis: No space left on device",
        ),
    ],
    ids=["file", "machine"],
)
def test_a_defect_is_answered_as_the_queue_answers_it(
    cloud: Cloud, http: TestClient, *, content: bytes, status: int, error: str, sentence: str
) -> None:
    """A file that we fail over is refused for good; a machine that fails may be asked again."""
    cloud.upload(content)

    answer = http.post("/analyze", json={"s3_bucket": cloud.bucket, "s3_key": KEY})

    assert answer.status_code == status
    assert answer.json() == {"status": "failed", "error": error, "message": sentence}
    assert (
        'analyzer_requests_total{outcome="Defect",source="http"} 1.0' in http.get("/metrics").text
    )


def test_a_body_of_unknown_length_is_not_read(http: TestClient) -> None:
    """It could be as long as the memory."""
    answer = http.post("/analyze", content=iter([b"{}"]))

    assert answer.status_code == 400
    assert answer.json()["message"] == "the request has to say its Content-Length"


def test_a_second_analysis_is_told_to_come_again(cloud: Cloud, http: TestClient) -> None:
    """One at a time, since memory and processors are counted for one."""
    cloud.upload(b"1")
    asked = {"s3_bucket": cloud.bucket, "s3_key": KEY}
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(lambda: http.post("/analyze", json=asked))
        wait_for(lambda: "analyzer_in_flight 1.0" in http.get("/metrics").text)

        second = http.post("/analyze", json=asked)

        assert (second.status_code, second.headers["retry-after"]) == (503, "10")
        assert second.json()["error"] == "Analysis.Unavailable"
        assert first.result().status_code == 200
    assert http.post("/analyze", json=asked).status_code == 200


def test_an_analysis_that_takes_too_long_is_ended(cloud: Cloud) -> None:
    """And the next one finds the place free."""
    cloud.upload(b"30")
    cloud.upload(b"0", key="uploads/short")
    with in_process(PLAYED, cloud, replace(Limits(), analysis_seconds=0.3)).http as http:
        late = http.post("/analyze", json={"s3_bucket": cloud.bucket, "s3_key": KEY})
        next_one = http.post(
            "/analyze", json={"s3_bucket": cloud.bucket, "s3_key": "uploads/short"}
        )

    assert late.status_code == 504
    assert late.json()["message"] == "the analysis was not done after 0.3 s"
    assert next_one.status_code == 200


@pytest.mark.parametrize("path", ["/health", "/healthz", "/readyz"])
def test_probes_are_answered(http: TestClient, path: str) -> None:
    """In the words of the seed."""
    answer = http.get(path)

    assert (answer.status_code, answer.json()) == (200, {"status": "healthy"})


def test_without_a_tool_it_is_not_ready(http: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """But alive: a restart would bring no ffmpeg."""
    monkeypatch.setenv("FFMPEG", "/nowhere/ffmpeg")

    assert http.get("/readyz").status_code == 503
    assert http.get("/readyz").json()["message"] == "ffmpeg is not installed: put it on the PATH"
    assert http.get("/healthz").status_code == 200


def test_without_access_to_the_uploads_it_is_not_ready(cloud: Cloud, http: TestClient) -> None:
    """Credentials are proven by using them."""
    cloud.s3.delete_bucket(Bucket=cloud.bucket)

    answer = http.get("/readyz")

    assert answer.status_code == 503
    assert cloud.bucket in answer.json()["message"]


def test_the_root_says_what_this_is(http: TestClient) -> None:
    """And where its documentation is."""
    assert http.get("/").json() == {"service": "played", "version": "1", "docs": "/docs"}


def test_swagger_knows_every_answer(http: TestClient) -> None:
    """The page is there, and its description has requests, answers and refusals."""
    described: dict[str, Any] = http.get("/openapi.json").json()

    assert http.get("/docs").status_code == 200
    answers = described["paths"]["/analyze"]["post"]["responses"]
    assert set(answers) == {"200", "400", "403", "404", "413", "415", "422", "503", "504"}
    names = ("content", "application/json", "schema", "$ref")
    reference: Any = answers["200"]
    for name in names:
        reference = reference[name]
    assert reference == "#/components/schemas/PlayedResponse"


def test_metrics_count_what_happened(cloud: Cloud, http: TestClient) -> None:
    """Requests by outcome, time, and bytes."""
    cloud.upload(b"0.0")
    http.post("/analyze", json={"s3_bucket": cloud.bucket, "s3_key": KEY})
    http.post("/analyze", json={"s3_bucket": cloud.bucket, "s3_key": "uploads/none"})

    told = http.get("/metrics").text

    assert 'analyzer_requests_total{outcome="Success",source="http"} 1.0' in told
    assert 'analyzer_requests_total{outcome="NotFound",source="http"} 1.0' in told
    assert 'analyzer_duration_seconds_count{outcome="Success"} 1.0' in told
    assert "analyzer_bytes_total 3.0" in told
    assert "analyzer_in_flight 0.0" in told
