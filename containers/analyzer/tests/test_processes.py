"""Whole processes: what pods do when they are ended, lost, or wrongly set up."""

import json
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from containers.analyzer.tests.cloud import KEY, Cloud, wait_for
from containers.analyzer.tests.processes import Pod, environment
from containers.model_store.tests.emulated import Emulator
from containers.model_store.tests.ranges import Answer, Request, range_server

_PLAYED = "containers.analyzer.tests.played"
_ATTEMPTS_OF_BOTO3 = 3
"""So often boto3 asks for credentials before it raises."""


def test_a_message_whose_worker_is_lost_is_finished_by_another(
    emulator: Emulator, cloud: Cloud, scratch: Path
) -> None:
    """`kill -9` in the middle: the queue gives the message again, the task is answered once."""
    cloud.upload(b"4")
    with Pod(_PLAYED, emulator, cloud, scratch) as first:
        execution = cloud.begin()
        wait_for(lambda: "analyzer_in_flight 1.0" in first.get("/metrics").text)
        first.kill()
    with Pod(_PLAYED, emulator, cloud, scratch) as second:
        ended = cloud.end(execution)

        assert ended.output["content"] == "4"
        assert 'analyzer_messages_total{end="Success"} 1.0' in second.get("/metrics").text
    assert cloud.messages() == 0
    assert not list(scratch.iterdir())


def test_a_terminated_worker_finishes_what_is_soon_done(
    emulator: Emulator, cloud: Cloud, scratch: Path
) -> None:
    """SIGTERM lets the analysis end, then the process goes, with code 0."""
    cloud.upload(b"1")
    with Pod(_PLAYED, emulator, cloud, scratch) as pod:
        execution = cloud.begin()
        wait_for(lambda: "analyzer_in_flight 1.0" in pod.get("/metrics").text)
        pod.terminate()

        assert pod.code() == 0
        assert cloud.end(execution).status == "SUCCEEDED"
    assert cloud.messages() == 0


def test_a_terminated_worker_gives_back_what_takes_longer(
    emulator: Emulator, cloud: Cloud, scratch: Path
) -> None:
    """The message is visible at once, not after its time, and the task has heard of no end."""
    cloud.upload(b"20")
    with Pod(_PLAYED, emulator, cloud, scratch) as pod:
        execution = cloud.begin()
        wait_for(lambda: "analyzer_in_flight 1.0" in pod.get("/metrics").text)
        pod.terminate()

        assert pod.code() == 0
        assert "released" in pod.log
    assert (cloud.messages(), cloud.hidden()) == (1, 0)
    assert cloud.states.describe_execution(executionArn=execution)["status"] == "RUNNING"


def test_a_terminated_worker_takes_no_further_message(
    emulator: Emulator, cloud: Cloud, scratch: Path
) -> None:
    """What comes after SIGTERM is for others."""
    cloud.upload(b"1.5")
    with Pod(_PLAYED, emulator, cloud, scratch) as pod:
        cloud.begin()
        wait_for(lambda: "analyzer_in_flight 1.0" in pod.get("/metrics").text)
        pod.terminate()
        later = cloud.begin()

        assert pod.code() == 0
    assert cloud.messages() == 1
    assert cloud.states.describe_execution(executionArn=later)["status"] == "RUNNING"


def test_a_worker_waits_for_its_credentials(
    emulator: Emulator, cloud: Cloud, scratch: Path, tmp_path: Path
) -> None:
    """On a new node the agent that hands them out may start after the pod."""
    (tmp_path / "token").write_text("permit")
    granted = {"AccessKeyId": "000000000000", "SecretAccessKey": "test", "Token": "t"}
    granted["Expiration"] = "2126-11-28T15:30:05Z"
    with range_server() as agent:

        def later(_: Request) -> Answer:
            starting = len(agent.requests) <= _ATTEMPTS_OF_BOTO3
            return Answer(status=503) if starting else Answer(status=200, body=body)

        body = json.dumps(granted).encode()
        agent.answer = later
        variables = {
            "AWS_ACCESS_KEY_ID": "",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": agent.presigned("v1").url,
        }
        with Pod(_PLAYED, emulator, cloud, scratch, **variables) as pod:
            assert "no credentials yet" in pod.log


def test_with_a_queue_that_is_not_there_it_is_not_ready(
    emulator: Emulator, cloud: Cloud, scratch: Path
) -> None:
    """Else a release with a wrong queue, or without the right to it, passes as complete."""
    with closing(Pod(_PLAYED, emulator, cloud, scratch, QUEUE_URL=f"{cloud.queue}x")) as pod:
        wait_for(lambda: "SQS gives no messages" in pod.asked("/readyz"))

        assert f"SQS gives no messages of {cloud.queue}x: " in pod.asked("/readyz")
        assert pod.get("/healthz").is_success


def test_a_probe_is_answered_in_time_when_s3_refuses(
    emulator: Emulator, cloud: Cloud, scratch: Path
) -> None:
    """The kubelet waits five seconds, and would not hear the reason."""
    closed = "http://127.0.0.1:9"
    with closing(Pod(_PLAYED, emulator, cloud, scratch, AWS_ENDPOINT_URL_S3=closed)) as pod:
        wait_for(lambda: "S3 cannot be asked" in pod.asked("/readyz"))
        start = time.monotonic()

        assert pod.get("/readyz").status_code == 503
        assert time.monotonic() - start < 4


@pytest.mark.parametrize("seconds", [0, 0.3, 1, 2])
def test_a_program_that_is_ended_while_it_starts_is_gone_and_takes_no_message(
    emulator: Emulator, cloud: Cloud, scratch: Path, seconds: float
) -> None:
    """In an image this holds for process 1 too, which is `tini`."""
    with closing(Pod(_PLAYED, emulator, cloud, scratch)) as pod:
        time.sleep(seconds)
        pod.terminate()
        cloud.send("{}")
        start = time.monotonic()

        assert pod.code() in (0, -signal.SIGTERM)
        assert time.monotonic() - start < 5
    assert (cloud.messages(), cloud.hidden()) == (1, 0)


def test_a_program_that_waits_for_credentials_can_be_ended(
    emulator: Emulator, cloud: Cloud, scratch: Path, tmp_path: Path
) -> None:
    """It is a wait without end, and the node of the pod may be going."""
    (tmp_path / "token").write_text("permit")
    with range_server() as agent:
        agent.answer = lambda _: Answer(status=503)
        variables = {
            "AWS_ACCESS_KEY_ID": "",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": agent.presigned("v1").url,
        }
        with closing(Pod(_PLAYED, emulator, cloud, scratch, **variables)) as pod:
            wait_for(lambda: "no credentials yet" in pod.log)
            pod.terminate()
            start = time.monotonic()

            assert pod.code() in (0, -signal.SIGTERM)
            assert time.monotonic() - start < 5


def test_http_and_queue_share_one_process(emulator: Emulator, cloud: Cloud, scratch: Path) -> None:
    """Each waits for the other: a request is told to come again, a message is kept."""
    cloud.upload(b"2")
    with Pod(_PLAYED, emulator, cloud, scratch) as pod:
        execution = cloud.begin()
        wait_for(lambda: "analyzer_in_flight 1.0" in pod.get("/metrics").text)
        busy = pod.post(s3_bucket=cloud.bucket, s3_key=KEY)

        assert (busy.status_code, busy.headers["retry-after"]) == (503, "10")
        assert cloud.end(execution).status == "SUCCEEDED"
        assert pod.post(s3_bucket=cloud.bucket, s3_key=KEY).status_code == 200


@pytest.mark.parametrize("module", ["audio_analyzer", "video_analyzer"])
def test_a_wrong_environment_ends_the_program_with_one_sentence(
    emulator: Emulator, cloud: Cloud, scratch: Path, module: str
) -> None:
    """Exit code 2, and a line that names variable, value and what would be right."""
    variables = environment(emulator, cloud, scratch, 8000) | {"S3_BUCKET": "No Bucket"}

    ended = subprocess.run(
        [sys.executable, "-m", module], env=variables, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    name = module.replace("_", "-")
    right = "it has to be the name of a bucket"
    assert ended.stderr == f"{name}: S3_BUCKET is 'No Bucket': {right}\n"


def test_a_port_that_is_taken_is_named(emulator: Emulator, cloud: Cloud, scratch: Path) -> None:
    """It is no traceback, and no process that works for the queue but answers no probe."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        variables = environment(emulator, cloud, scratch, port)

        ended = subprocess.run(
            [sys.executable, "-m", "audio_analyzer"],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )

    assert ended.returncode == 2
    sentence = f"cannot listen on 127.0.0.1:{port}: Address already in use"
    assert ended.stderr == f"audio-analyzer: {sentence}\n"
