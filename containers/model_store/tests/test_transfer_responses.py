"""What a server may answer, and what becomes of the transfer."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from containers.model_store.tests.ranges import Answer, RangeServer, Request, range_server
from containers.model_store.tests.transfers import CONTENT, fails, fetch_all, refusal
from model_store.failure import ExitCode
from model_store.transfer.tasks import PresignedUrl


@pytest.fixture
def server() -> Iterator[RangeServer]:
    with range_server() as running:
        yield running


@pytest.mark.parametrize(
    "trouble",
    [
        refusal(503, "SlowDown"),
        refusal(500, "InternalError"),
        refusal(429, "TooManyRequests"),
        refusal(400, "RequestTimeout"),
        Answer(status=206, body=b"", length=1000),
        Answer(status=206, body=CONTENT[:400], length=1000),
        Answer(status=206, body=CONTENT[:400]),
        Answer(status=206, body=bytes(1000)),
    ],
    ids=lambda answer: f"{answer.status} with {len(answer.body)} bytes",
)
def test_what_may_go_away_is_tried_again(
    server: RangeServer, tmp_path: Path, trouble: Answer
) -> None:
    """A busy server, a connection that is cut, bits that flip on the wire."""
    parts = server.parts("a", CONTENT, tmp_path)
    troubled: list[Request] = []

    def once(request: Request) -> Answer | None:
        if request.headers["range"] != "bytes=0-999" or troubled:
            return None
        troubled.append(request)
        return trouble

    server.answer = once
    fetch_all(parts, server.presigned)
    assert troubled
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_silent_connection_is_given_up(server: RangeServer, tmp_path: Path) -> None:
    """The part comes by another one."""
    parts = server.parts("a", CONTENT[:1000], tmp_path)

    def silent_once(_: Request) -> Answer | None:
        if len(server.requests) == 1:
            time.sleep(1)
        return None

    server.answer = silent_once
    fetch_all(parts, server.presigned)
    assert (tmp_path / "a").read_bytes() == CONTENT[:1000]
    assert len(server.requests) == 2


def test_a_whole_object_for_a_range_over_all_of_it_is_taken(
    server: RangeServer, tmp_path: Path
) -> None:
    """Some stores answer 200 then; it is what was asked for, and its hash is checked."""
    parts = server.parts("a", CONTENT[:1000], tmp_path)
    server.answer = lambda _: Answer(status=200, body=CONTENT[:1000])

    fetch_all(parts, server.presigned)

    assert (tmp_path / "a").read_bytes() == CONTENT[:1000]


def test_a_whole_object_with_other_bytes_is_not_taken(server: RangeServer, tmp_path: Path) -> None:
    """As with a range."""
    server.answer = lambda _: Answer(status=200, body=bytes(1000))
    parts = server.parts("a", CONTENT[:1000], tmp_path)
    fails(parts, server.presigned, ExitCode.DAMAGED, "not those of this version, 2 times")


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (refusal(503, "SlowDown"), ExitCode.UNAVAILABLE, "a: the server answered 503 SlowDown, 4"),
        (Answer(status=206, length=1000), ExitCode.UNAVAILABLE, "after 0 of 1000 bytes, 4 times"),
        (Answer(status=206, body=bytes(1000)), ExitCode.DAMAGED, "not those of this version, 2"),
        (Answer(status=206, body=b"short"), ExitCode.DAMAGED, "5 bytes instead of 1000, 2 times"),
    ],
)
def test_what_does_not_go_away_ends_the_transfer(
    server: RangeServer, tmp_path: Path, answer: Answer, code: ExitCode, words: str
) -> None:
    """After a number of attempts that the sentence names."""
    server.answer = lambda _: answer
    fails(server.parts("a", CONTENT[:3000], tmp_path), server.presigned, code, words)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (refusal(403, "AccessDenied"), ExitCode.NOT_PERMITTED, "to read a .403 AccessDenied"),
        (refusal(404, "NoSuchKey"), ExitCode.NOT_FOUND, "a is no longer in the bucket"),
        (refusal(405, "MethodNotAllowed"), ExitCode.NOT_FOUND, "a is no longer in the bucket"),
        (refusal(412, "PreconditionFailed"), ExitCode.REPLACED, "a was replaced"),
        (refusal(416, "InvalidRange"), ExitCode.DAMAGED, "a in the bucket is shorter"),
        (refusal(501, "NotImplemented"), ExitCode.UNAVAILABLE, "501 NotImplemented"),
        (refusal(418, ""), ExitCode.UNAVAILABLE, "refuses to send a .418"),
        (Answer(status=200, body=CONTENT), ExitCode.UNAVAILABLE, "is it a proxy"),
        (
            Answer(status=301, headers={"x-amz-bucket-region": "eu-west-1"}),
            ExitCode.UNAVAILABLE,
            "the bucket lies in eu-west-1, .*: set AWS_REGION=eu-west-1",
        ),
        (
            refusal(400, "AuthorizationQueryParametersError", region="eu-west-1"),
            ExitCode.UNAVAILABLE,
            "set AWS_REGION=eu-west-1",
        ),
    ],
)
def test_a_refusal_ends_the_transfer_with_its_reason(
    server: RangeServer, tmp_path: Path, answer: Answer, code: ExitCode, words: str
) -> None:
    """At the first answer, for the next would be the same."""
    server.answer = lambda _: answer
    fails(server.parts("a", CONTENT[:1000], tmp_path), server.presigned, code, words)
    assert len(server.requests) == (1 if answer.status != 501 else 4)


@pytest.mark.parametrize(
    "expired",
    [refusal(403, "AccessDenied", message="Request has expired"), refusal(400, "ExpiredToken")],
)
def test_an_expired_url_is_replaced(server: RangeServer, tmp_path: Path, expired: Answer) -> None:
    """The transfer goes on with a new one."""
    parts = server.parts("a", CONTENT, tmp_path)
    given: list[PresignedUrl] = []

    def url_of(name: str) -> PresignedUrl:
        given.append(replace(server.presigned(name), headers={"number": str(len(given))}))
        return given[-1]

    server.answer = lambda request: expired if request.headers["number"] == "0" else None
    fetch_all(parts, url_of)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert len(given) > 1


def test_urls_that_expire_at_once_end_the_transfer(server: RangeServer, tmp_path: Path) -> None:
    """Nothing is asked for without end."""
    server.answer = lambda _: refusal(400, "ExpiredToken")
    parts = server.parts("a", CONTENT[:1000], tmp_path)
    fails(parts, server.presigned, ExitCode.NOT_PERMITTED, "is the clock right")


def test_a_server_out_of_reach_ends_the_transfer(server: RangeServer, tmp_path: Path) -> None:
    """It names the object and the reason."""
    parts = server.parts("a", CONTENT, tmp_path)
    server.server_close()
    fails(
        parts,
        server.presigned,
        ExitCode.UNAVAILABLE,
        "cannot read a: the connection failed: Connection",
    )
