"""The queue: an upload starts a run once, and what cannot be handled is kept."""

import json
from urllib.parse import quote

import pytest

from containers.model_store.tests.emulated import Emulator
from containers.music_api.tests.balancer import Balancer
from containers.music_api.tests.cloud import VIDEO, Cloud, wait_for
from containers.music_api.tests.kubernetes import Kubernetes, failure
from containers.music_api.tests.program import Program, assembled
from music_api.events import Unreadable, read

_RUN = "m" + "a" * 25


def _metrics(program: Program) -> str:
    return program.http.get("/metrics").text


def test_an_event_that_comes_twice_starts_one_run(program: Program) -> None:
    """SQS may do so at any time."""
    run = program.upload()
    for _ in range(3):
        program.cloud.send_event(f"runs/{run}/input/video")

    with program.consuming():
        wait_for(lambda: program.cloud.messages() == 0)

    creations = [asked for asked in program.kubernetes.requests if asked.startswith("POST")]
    assert (list(program.kubernetes.workflows), len(creations)) == ([run], 3)
    assert 'music_api_events_total{outcome="repeated"} 2.0' in _metrics(program)
    assert "music_runs_started_total 1.0" in _metrics(program)


def test_an_event_after_the_end_starts_nothing(program: Program) -> None:
    """The Workflow is gone by then, and would be made once more."""
    run = program.upload()
    program.cloud.put(run, "end.json", {"phase": "Failed"})
    program.cloud.send_event(f"runs/{run}/input/video")

    with program.consuming():
        wait_for(lambda: program.cloud.messages() == 0)

    assert program.kubernetes.workflows == {}


def test_an_upload_of_another_size_is_refused_with_an_end(program: Program) -> None:
    """No GPU works for it, and its owner reads why."""
    program.cloud.notify()
    run = program.announce(size=100)
    program.cloud.put(run, "input/video", VIDEO)

    with program.consuming():
        wait_for(lambda: program.see(run)["state"] == "failed")

    assert program.see(run)["reason"] == (
        "the upload is not what was announced: 7 bytes came instead of 100"
    )
    assert program.kubernetes.workflows == {}


def test_the_message_that_s3_sends_first_is_deleted(program: Program) -> None:
    """When a notification is set up."""
    program.cloud.send(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"}))

    with program.consuming():
        wait_for(lambda: program.cloud.messages() == 0)

    assert program.cloud.messages(program.cloud.dead_letters) == 0


def test_while_kubernetes_is_away_the_message_comes_again(
    emulator: Emulator, kubernetes: Kubernetes, balancer: Balancer
) -> None:
    """And the run starts once it is back."""
    with assembled(Cloud(emulator, receives=100), kubernetes, balancer) as program:
        run = program.upload()
        program.cloud.send_event(f"runs/{run}/input/video")
        program.kubernetes.away = True
        with program.consuming():
            wait_for(lambda: 'outcome="unavailable"' in _metrics(program))
            program.kubernetes.away = False
            wait_for(lambda: run in program.kubernetes.workflows)
            wait_for(lambda: program.cloud.messages() == 0)


def test_a_workflow_that_kubernetes_refuses_is_kept_for_an_operator(program: Program) -> None:
    """Missing rights, a quota: the message ends in the dead-letter queue."""
    run = program.upload()
    program.cloud.send_event(f"runs/{run}/input/video")
    program.kubernetes.refusal = failure(403, "Forbidden", "exceeded quota: workflows")

    with program.consuming():
        wait_for(lambda: program.cloud.messages(program.cloud.dead_letters) == 1)

    assert f"runs/{run}/input/video" in program.cloud.objects()


def test_a_message_that_is_no_event_of_ours_is_kept_for_an_operator(program: Program) -> None:
    """Others go on meanwhile."""
    run = program.upload()
    program.cloud.send("{")
    program.cloud.send("[]")
    program.cloud.send("{}")
    program.cloud.send_event(f"runs/{run}/input/other")
    program.cloud.send_event(f"runs/{run}/input/video", bucket="other")
    program.cloud.send_event(f"runs/{run}/input/video", name="ObjectRemoved:Delete")
    program.cloud.send_event(f"runs/{run}/input/video")

    with program.consuming():
        wait_for(lambda: program.cloud.messages(program.cloud.dead_letters) == 6)
        wait_for(lambda: run in program.kubernetes.workflows)

    assert program.cloud.messages() == 0


def test_an_end_is_counted_with_the_time_that_the_run_took(program: Program) -> None:
    """For the dashboard and its alarm; S3 tells of it as of an upload."""
    program.cloud.notify()
    run = program.announce()
    created = program.cloud.read(run, "run.json")["created"]
    program.cloud.put(run, "end.json", {"phase": "Failed", "ended": created})

    with program.consuming():
        wait_for(lambda: 'music_run_seconds_count{phase="Failed"} 1.0' in _metrics(program))


def test_keys_are_read_as_s3_writes_them() -> None:
    """In the form of a query, and with or without the name of the service."""
    for name in ("ObjectCreated:Put", "s3:ObjectCreated:Copy"):
        record = {
            "eventName": name,
            "s3": {"bucket": {"name": "b"}, "object": {"key": quote(f"runs/{_RUN}/input/video")}},
        }
        assert read(json.dumps({"Records": [record]}), "b") == [(_RUN, "input/video")]


@pytest.mark.parametrize(
    "body",
    ["", "null", "7", '"x"', '{"Records": 7}', '{"Records": [7]}', '{"Records": [{"s3": {}}]}',
     '{"Records": [{"eventName": 7, "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]}',
     '{"Records": [{"eventName": "x", "s3": {"bucket": {"name": "b"}, "object": {"key": 7}}}]}'],
)  # fmt: skip
def test_whatever_a_message_is_it_is_readable_or_not(body: str) -> None:
    """And never a defect."""
    with pytest.raises(Unreadable):
        read(body, "b")


def test_what_the_last_poll_brings_after_the_order_to_stop_is_for_others(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is visible to them at once."""
    run = program.upload()
    program.cloud.send_event(f"runs/{run}/input/video")
    receive = program.cloud.sqs.receive_message

    def receive_and_be_stopped(**asked: object) -> object:
        received = receive(**asked)
        program.events.stop()
        return received

    with monkeypatch.context() as patched:
        patched.setattr(program.cloud.sqs, "receive_message", receive_and_be_stopped)
        program.events.run()

    assert program.kubernetes.workflows == {}
    again = receive(QueueUrl=program.cloud.queue, WaitTimeSeconds=0)
    assert len(again["Messages"]) == 1
