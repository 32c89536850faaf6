"""Removing a run, and beginning one again."""

import pytest

from containers.music_api.tests import argo
from containers.music_api.tests.cloud import VIDEO, wait_for
from containers.music_api.tests.program import Program

_FAILED = {
    "phase": "Failed",
    "reason": "the step lost its machine",
    "results": [],
    "ended": "2026-12-01T10:09:00.000+00:00",
}


def test_a_run_is_stopped_and_all_of_it_deleted(program: Program) -> None:
    """Nobody else's; then it is as one that never was."""
    run, other = program.upload(), program.upload("bob")
    program.cloud.put_results(run, 1, 2)
    program.work(run, argo.status("Running", argo.listen("Running")))

    assert program.ask("DELETE", f"/runs/{run}").status_code == 204

    assert program.kubernetes.deleted == [run]
    assert not [key for key in program.cloud.objects() if run in key]
    assert program.see(other, "bob")["state"] == "waiting"
    assert program.ask("GET", "/runs").json()["runs"] == []
    assert program.ask("DELETE", f"/runs/{run}").status_code == 404


def test_while_kubernetes_is_away_nothing_is_deleted(program: Program) -> None:
    """Or steps would write into a run that is no more; asked again, it goes on."""
    run = program.upload()
    before = program.cloud.objects()
    program.kubernetes.away = True

    answer = program.ask("DELETE", f"/runs/{run}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert program.cloud.objects() == before

    program.kubernetes.away = False
    assert program.ask("DELETE", f"/runs/{run}").status_code == 204
    assert program.cloud.objects() == set()


def test_an_interrupted_removal_goes_on_when_asked_again(program: Program) -> None:
    """What says whose it is goes last."""
    run = program.upload()
    program.cloud.put_results(run, 1)
    owner = program.cloud.read(run, "run.json")["owner"]
    for key in program.cloud.objects() - {f"runs/{run}/run.json"}:
        program.cloud.s3.delete_object(Bucket=program.cloud.bucket, Key=key)
    assert f"owners/{owner}/{run}" not in program.cloud.objects()

    assert program.ask("DELETE", f"/runs/{run}").status_code == 204

    assert program.cloud.objects() == set()


def test_more_objects_than_one_request_deletes(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 takes a thousand at once."""
    monkeypatch.setattr("music_api.storage._DELETED_AT_ONCE", 2)
    run = program.announce()
    for number in range(5):
        program.cloud.put(run, f"output/more/{number}")

    assert program.ask("DELETE", f"/runs/{run}").status_code == 204

    assert program.cloud.objects() == set()


def test_an_upload_after_the_removal_is_deleted_and_starts_nothing(program: Program) -> None:
    """Its address is valid for an hour."""
    program.cloud.notify()
    run = program.announce()
    program.ask("DELETE", f"/runs/{run}")
    program.cloud.put(run, "input/video", VIDEO)

    with program.consuming():
        wait_for(lambda: program.cloud.objects() == set())
        wait_for(lambda: program.cloud.messages() == 0)

    assert program.kubernetes.workflows == {}


def test_a_removal_while_the_workflow_is_being_made_leaves_none(program: Program) -> None:
    """Whoever makes one looks afterwards whether the run is still there."""
    run = program.upload()
    program.kubernetes.on_create.append(lambda _: program.ask("DELETE", f"/runs/{run}"))
    program.cloud.send_event(f"runs/{run}/input/video")

    with program.consuming():
        wait_for(lambda: program.cloud.messages() == 0)

    assert program.kubernetes.workflows == {}
    assert program.cloud.objects() == set()


def test_a_failed_run_begins_again_as_a_new_one(program: Program) -> None:
    """With a copy of its video, whose event starts it as an upload's does."""
    program.cloud.notify()
    run = program.announce()
    program.cloud.put(run, "end.json", _FAILED)
    program.cloud.put(run, "input/video", VIDEO)

    answer = program.ask("POST", f"/runs/{run}/again")
    made = answer.json()["id"]

    assert (answer.status_code, answer.headers["location"]) == (202, f"/runs/{made}")
    assert made != run
    with program.consuming():
        wait_for(lambda: made in program.kubernetes.workflows)
        wait_for(lambda: program.cloud.messages() == 0)
    assert list(program.kubernetes.workflows) == [made]
    found = program.see(made)
    assert (found["filename"], found["bytes"], found["state"]) == ("a.mp4", len(VIDEO), "waiting")
    assert program.see(run)["state"] == "failed"


def test_asked_twice_it_begins_once(program: Program) -> None:
    """An impatient second click, or one after an interruption, gets the same run."""
    run = program.upload()
    program.cloud.put(run, "end.json", _FAILED)

    first = program.ask("POST", f"/runs/{run}/again").json()["id"]
    program.cloud.s3.delete_object(Bucket=program.cloud.bucket, Key=f"runs/{first}/input/video")
    second = program.ask("POST", f"/runs/{run}/again").json()["id"]

    assert first == second
    assert f"runs/{first}/input/video" in program.cloud.objects()
    assert len(program.ask("GET", "/runs").json()["runs"]) == 2


def test_it_begins_anew_once_the_other_was_removed(program: Program) -> None:
    """Under a name that was not there before: what Argo left of the other would be taken for it."""
    run = program.upload()
    program.cloud.put(run, "end.json", _FAILED)
    first = program.ask("POST", f"/runs/{run}/again").json()["id"]
    program.ask("DELETE", f"/runs/{first}")

    second = program.ask("POST", f"/runs/{run}/again").json()["id"]

    assert second not in (first, run)
    assert program.see(second)["state"] == "waiting"


@pytest.mark.parametrize("phase", ["", "Succeeded"])
def test_only_a_failed_run_begins_again(program: Program, phase: str) -> None:
    """One that runs or went well does not."""
    run = program.upload()
    if phase:
        program.cloud.put(run, "end.json", _FAILED | {"phase": phase})

    answer = program.ask("POST", f"/runs/{run}/again")

    assert answer.status_code == 409
    assert answer.json()["detail"] == "only a run that failed can be begun again"


def test_without_its_video_it_cannot_begin_again(program: Program) -> None:
    """The bucket keeps videos for some time only."""
    run = program.announce()
    program.cloud.put(run, "end.json", _FAILED)

    answer = program.ask("POST", f"/runs/{run}/again")

    assert answer.status_code == 409
    assert answer.json()["detail"] == "the video of this run is not there: upload it anew"


def test_beginning_again_counts_as_an_open_run(program: Program) -> None:
    """The limit cannot be gone round."""
    run = program.upload()
    program.cloud.put(run, "end.json", _FAILED)
    for _ in range(3):
        program.announce()

    answer = program.ask("POST", f"/runs/{run}/again")

    assert answer.status_code == 429
    assert "again.json" not in {key.rpartition("/")[2] for key in program.cloud.objects()}
