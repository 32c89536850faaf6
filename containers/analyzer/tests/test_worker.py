"""The queue: each task is answered once, with what really happened."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from analyzer.failure import Refused
from analyzer.queue.worker import Worker
from analyzer.requests import AnalysisRequest
from containers.analyzer.tests.cloud import KEY, Cloud, wait_for
from containers.analyzer.tests.in_process import in_process
from containers.analyzer.tests.played import PLAYED


@contextmanager
def _running(*workers: Worker[AnalysisRequest]) -> Iterator[None]:
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        for thread in threads:
            thread.join()


def test_a_task_gets_what_http_would_answer(cloud: Cloud) -> None:
    """The same fields, so that the workflow can read both."""
    cloud.upload(b"0")
    parts = in_process(PLAYED, cloud)
    by_http = parts.http.post("/analyze", json={"s3_bucket": cloud.bucket, "s3_key": KEY})

    with _running(parts.worker):
        ended = cloud.end(cloud.begin())

    assert ended.output == by_http.json()
    assert cloud.messages() == 0


@pytest.mark.parametrize(
    ("fields", "content", "error", "cause"),
    [
        ({"s3_key": 7}, b"0", "Analysis.BadRequest", "s3_key: Input should be a valid string"),
        ({"more": 1}, b"0", "Analysis.BadRequest", "more: Extra inputs are not permitted"),
        ({"s3_bucket": "other"}, b"0", "Analysis.Forbidden", "only objects of bucket "),
        ({"s3_key": "uploads/no"}, b"0", "Analysis.NotFound", "there is no s3://"),
        ({}, b"no media", "Analysis.UnsupportedMedia", "it is no media"),
        ({}, b"defect", "Analysis.UnsupportedMedia", "the analysis of this file ended with Value"),
        ({}, b"disk is full", "Analysis.Unavailable", "the machine could not do the analysis: No"),
    ],
)
def test_a_task_that_cannot_be_done_fails_with_name_and_sentence(
    cloud: Cloud, fields: dict[str, object], content: bytes, error: str, cause: str
) -> None:
    """At once, and its message is gone: nobody waits for a time limit."""
    cloud.upload(content)

    with _running(in_process(PLAYED, cloud).worker):
        ended = cloud.end(cloud.begin(**fields))

    assert (ended.status, ended.error) == ("FAILED", error)
    assert (ended.cause or "").startswith(cause)
    assert cloud.messages() == 0


def test_what_the_last_poll_brings_after_the_order_to_stop_is_for_others(cloud: Cloud) -> None:
    """It is visible to them at once, and its task has heard of no end."""
    cloud.upload(b"0")
    execution = cloud.begin()
    cloud.token()
    make = cloud.clients

    def clients(service: str) -> Any:
        made = make(service)
        if service == "sqs":
            receive = made.receive_message

            def receive_and_be_stopped(**asked: Any) -> Any:
                received = receive(**asked)
                worker.stop()
                return received

            made.receive_message = receive_and_be_stopped
        return made

    cloud.clients = clients
    worker = in_process(PLAYED, cloud).worker
    worker.run()

    assert (cloud.messages(), cloud.hidden()) == (1, 0)
    assert cloud.states.describe_execution(executionArn=execution)["status"] == "RUNNING"


def test_a_message_whose_task_has_ended_is_not_worked_for(cloud: Cloud) -> None:
    """It is deleted, and the worker goes on with the next."""
    cloud.upload(b"0")
    body = {"task_token": "ended", "video_id": "v", "s3_bucket": cloud.bucket, "s3_key": KEY}
    cloud.send(json.dumps(body))
    parts = in_process(PLAYED, cloud)

    with _running(parts.worker):
        assert cloud.end(cloud.begin()).status == "SUCCEEDED"
        wait_for(lambda: cloud.messages() == 0)

    told = parts.http.get("/metrics").text
    assert 'analyzer_messages_total{end="ended"} 1.0' in told
    assert 'analyzer_requests_total{outcome="Success",source="queue"} 1.0' in told


def test_a_message_that_names_no_task_ends_where_an_alarm_sees_it(cloud: Cloud) -> None:
    """Nobody can be told, so the queue's own rule moves it aside."""
    bodies = ["{", "[]", "{}", '{"task_token": 1, "video_id": "v"}']
    for body in bodies:
        cloud.send(body)

    with _running(in_process(PLAYED, cloud).worker):
        wait_for(lambda: cloud.messages(cloud.dead_letters) == len(bodies))

    assert cloud.messages() == 0


def test_two_workers_answer_each_task_once(cloud: Cloud) -> None:
    """Ten tasks, ten analyses, ten answers."""
    keys = [f"uploads/user/{number}" for number in range(10)]
    for number, key in enumerate(keys):
        cloud.upload(f"0.{number}".encode(), key)
    workers = [in_process(PLAYED, cloud), in_process(PLAYED, cloud)]

    with _running(*(one.worker for one in workers)):
        executions = [cloud.begin(s3_key=key, video_id=str(uuid4())) for key in keys]
        ended = [cloud.end(execution) for execution in executions]

    assert [end.output["content"] for end in ended] == [f"0.{number}" for number in range(10)]
    done: Counter[str] = Counter()
    for one in workers:
        for line in one.http.get("/metrics").text.splitlines():
            if line.startswith("analyzer_requests_total"):
                name, _, count = line.rpartition(" ")
                done[name] += int(float(count))
    assert done == {'analyzer_requests_total{outcome="Success",source="queue"}': 10}
    assert cloud.messages() == 0


def test_an_analysis_longer_than_the_visibility_stays_ours(cloud: Cloud) -> None:
    """Each beat hides the message again: a second worker never sees it."""
    cloud.upload(b"5")
    first, second = in_process(PLAYED, cloud), in_process(PLAYED, cloud)

    with _running(first.worker, second.worker):
        assert cloud.end(cloud.begin()).status == "SUCCEEDED"

    told = first.http.get("/metrics").text + second.http.get("/metrics").text
    assert told.count('analyzer_messages_total{end="Success"} 1.0') == 1
    assert told.count("analyzer_messages_total{") == 1


def test_a_task_that_ends_meanwhile_ends_the_analysis(cloud: Cloud) -> None:
    """A worker does not go on for an hour for somebody who has left."""
    cloud.upload(b"60")
    parts = in_process(PLAYED, cloud)

    cloud.begin()
    token = cloud.token()

    with _running(parts.worker):
        wait_for(lambda: "analyzer_in_flight 1.0" in parts.http.get("/metrics").text)
        cloud.states.send_task_failure(taskToken=token, error="Stopped", cause="by the test")
        wait_for(lambda: cloud.messages() == 0, seconds=20)

    assert 'analyzer_messages_total{end="ended"} 1.0' in parts.http.get("/metrics").text


def test_a_queue_out_of_reach_is_waited_for(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    """The process stays and says so; probes are answered all along."""
    worker = in_process(PLAYED, cloud).worker
    cloud.sqs.delete_queue(QueueUrl=cloud.queue)

    with _running(worker):
        wait_for(lambda: "no messages" in caplog.text)
        with pytest.raises(Refused, match=f"SQS gives no messages of {cloud.queue}: "):
            worker.check_queue()
