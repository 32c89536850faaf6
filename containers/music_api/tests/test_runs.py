"""From an announced video to its results, and that nobody sees a run of somebody else."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from containers.music_api.tests import argo
from containers.music_api.tests.cloud import VIDEO, wait_for
from containers.music_api.tests.program import Program


def test_one_call_and_one_upload_start_a_run(program: Program) -> None:
    """The upload's event makes the Workflow, which is called as the run is."""
    program.cloud.notify()
    wanted = {"filename": "holiday.mp4", "bytes": len(VIDEO), "content_type": "video/mp4"}
    answer = program.ask("POST", "/runs", json=wanted)
    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"/runs/{made['id']}")
    assert program.see(made["id"])["state"] == "uploading"

    upload = made["upload"]
    sent = httpx.request(
        upload["method"], upload["url"], headers=upload["headers"], content=VIDEO, trust_env=False
    )
    with program.consuming():
        wait_for(lambda: made["id"] in program.kubernetes.workflows)

    assert sent.status_code == 200
    workflow = program.kubernetes.workflows[made["id"]]
    assert workflow["spec"] == {
        "workflowTemplateRef": {"name": "music"},
        "arguments": {"parameters": [{"name": "run", "value": made["id"]}]},
    }
    assert program.see(made["id"])["state"] == "waiting"
    wait_for(lambda: program.cloud.messages() == 0)


def test_the_upload_is_signed_with_size_and_type(program: Program) -> None:
    """S3 then refuses any other; and until when it may begin is said."""
    wanted = {"filename": "a.mp4", "bytes": 7, "content_type": "video/mp4"}
    made = program.ask("POST", "/runs", json=wanted).json()

    url = urlsplit(made["upload"]["url"])
    asked = parse_qs(url.query)
    assert asked["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert made["upload"]["headers"] == {"content-type": "video/mp4"}
    seconds = datetime.fromisoformat(made["expires"]).timestamp() - program.clock().timestamp()
    assert int(asked["X-Amz-Expires"][0]) == pytest.approx(seconds, abs=5)


def test_what_is_kept_of_a_run_names_its_owner_by_a_hash(program: Program) -> None:
    """The index entry is empty, and no key or document has the name of a person."""
    run = program.announce()
    record = program.cloud.read(run, "run.json")

    assert record.keys() == {"owner", "created", "filename", "bytes"}
    assert re.fullmatch("[0-9a-f]{64}", record["owner"])
    assert program.cloud.objects() == {f"runs/{run}/run.json", f"owners/{record['owner']}/{run}"}


@pytest.mark.parametrize(
    ("wanted", "status", "sentence"),
    [
        ({"filename": "a", "bytes": 1001}, 413, "the video has 1001 bytes: at most 1000"),
        ({"filename": "a", "bytes": 0}, 422, "bytes: Input should be greater than or equal to 1"),
        ({"filename": "a", "bytes": "7"}, 422, "bytes: Input should be a valid integer"),
        ({"filename": "", "bytes": 7}, 422, "filename: String should have at least 1 character"),
        ({"bytes": 7}, 422, "filename: Field required"),
        ({"filename": "a", "bytes": 7, "content_type": "text/html"}, 422, "content_type: String"),
        ({"filename": "a", "bytes": 7, "owner": "bob"}, 422, "owner: Extra inputs are not"),
    ],
)
def test_a_video_that_may_not_be_is_refused_in_a_sentence(
    program: Program, wanted: dict[str, Any], status: int, sentence: str
) -> None:
    """As a problem document; nothing is written."""
    answer = program.ask("POST", "/runs", json=wanted)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(sentence)
    assert (answer.json()["type"], answer.json()["status"]) == ("about:blank", status)
    assert program.cloud.objects() == set()


def test_ones_runs_come_newest_first_page_by_page(program: Program) -> None:
    """Each once, and none of anybody else."""
    runs = [program.announce("ann") for _ in range(3)]
    program.announce("bob")

    seen, cursor = [], ""
    for _ in runs:
        answer = program.ask("GET", f"/runs?limit=1{cursor}").json()
        seen += [run["id"] for run in answer["runs"]]
        cursor = f"&cursor={answer['next']}"

    assert seen == runs[::-1]
    assert answer["next"] is None
    assert program.ask("GET", "/runs?cursor=../bob").status_code == 422


def test_as_many_open_runs_as_a_person_may_have(program: Program) -> None:
    """One that ended makes room; others are not held up."""
    runs = [program.announce() for _ in range(3)]

    answer = program.ask("POST", "/runs", json={"filename": "a", "bytes": 1})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert "3 open runs" in answer.json()["detail"]
    assert len(program.ask("GET", "/runs").json()["runs"]) == 3
    assert program.announce("bob")

    program.cloud.put(
        runs[0],
        "end.json",
        {"phase": "Failed", "reason": "r", "results": [], "ended": "2026-12-01T10:00:00+00:00"},
    )
    assert program.announce()


def test_an_upload_that_never_came_is_failed_and_holds_nobody_up(program: Program) -> None:
    """Once its address has expired."""
    runs = [program.announce() for _ in range(3)]
    program.clock.later = program.clock.later.__class__(hours=2)

    found = program.see(runs[0])
    assert (found["state"], found["reason"]) == (
        "failed",
        "the video was not uploaded in time: upload it anew",
    )
    assert program.announce()


def test_results_are_given_by_signed_addresses(program: Program) -> None:
    """Those that are whole, to their owner."""
    run = program.upload()
    program.cloud.put_results(run, 1, 4)
    program.cloud.put(run, "output/2/video.mp4")

    found = program.ask("GET", f"/runs/{run}/results").json()["results"]

    assert [result["result"] for result in found] == [1, 4]
    got = httpx.get(found[1]["video"], trust_env=False)
    assert got.content == b"video 4"
    assert httpx.get(found[0]["peaks"], trust_env=False).json() == {"seed": 42}
    saved = parse_qs(urlsplit(found[0]["download"]).query)["response-content-disposition"]
    assert saved[0].startswith('attachment; filename="a - music 1.mp4"')


def test_a_result_redirects_to_its_video(program: Program) -> None:
    """As `GET /file/{count}` gave it; what is not there is 404."""
    run = program.upload()
    program.cloud.put_results(run, 3)

    answer = program.ask("GET", f"/runs/{run}/results/3")

    assert (answer.status_code, answer.headers["cache-control"]) == (307, "no-store")
    assert httpx.get(answer.headers["location"], trust_env=False).content == b"video 3"
    assert program.ask("GET", f"/runs/{run}/results/2").status_code == 404
    assert program.ask("GET", f"/runs/{run}/results/5").status_code == 422


def test_one_of_the_results_is_chosen(program: Program) -> None:
    """And another one later; one that is not there cannot be."""
    run = program.upload()
    program.cloud.put_results(run, 1, 2)

    for result in (1, 2):
        assert program.ask("PUT", f"/runs/{run}/choice", json={"result": result}).is_success
    refused = program.ask("PUT", f"/runs/{run}/choice", json={"result": 3})

    assert program.see(run)["choice"] == 2
    assert (refused.status_code, refused.json()["detail"]) == (409, "this run has no result 3")
    assert program.cloud.read(run, "choice.json") == {"result": 2}


_ROUTES = [
    ("GET", ""),
    ("DELETE", ""),
    ("GET", "/results"),
    ("GET", "/results/1"),
    ("PUT", "/choice"),
    ("POST", "/again"),
]


@pytest.mark.parametrize(("method", "path"), _ROUTES)
def test_a_run_of_somebody_else_is_as_one_that_is_not(
    program: Program, method: str, path: str
) -> None:
    """Word by word the same answer, and nothing changes."""
    run = program.upload("ann")
    program.cloud.put_results(run, 1)
    program.work(run, argo.status("Running", argo.listen("Running")))
    before = program.cloud.objects()
    other = f"{run[:-1]}{'a' if run[-1] != 'a' else 'b'}"
    body = {"json": {"result": 1}} if method == "PUT" else {}

    theirs = program.ask(method, f"/runs/{run}{path}", "bob", **body)
    nobodys = program.ask(method, f"/runs/{other}{path}", "bob", **body)

    assert (theirs.status_code, theirs.json()) == (404, nobodys.json())
    assert theirs.json()["detail"] == "you have no such run"
    assert program.cloud.objects() == before
    assert run in program.kubernetes.workflows


def test_who_asks_is_told_what_they_may(program: Program) -> None:
    """For the page."""
    found = program.ask("GET", "/me").json()

    assert found == {"name": "The ann", "most_bytes": 1000, "open_runs": 3}


def test_storage_that_fails_is_no_missing_run(program: Program) -> None:
    """503 with a time to ask again: a 404 would let a person think that all is lost."""
    run = program.upload()
    program.cloud.s3.delete_objects(
        Bucket=program.cloud.bucket,
        Delete={"Objects": [{"Key": key} for key in program.cloud.objects()]},
    )
    program.cloud.s3.delete_bucket(Bucket=program.cloud.bucket)

    for path in ("/runs", f"/runs/{run}"):
        answer = program.ask("GET", path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
