"""The check that a release runs once with a new image: what it finds amiss, in one sentence."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from containers.analyzer.tests.cloud import Cloud
from containers.analyzer.tests.processes import environment
from containers.model_store.tests.emulated import Emulator
from containers.model_store.tests.ranges import Answer, range_server

_DENIED = {
    "__type": "com.amazon.coral.service#AccessDeniedException",
    "message": "not authorized to perform: sqs:receivemessage",
}


@dataclass(frozen=True, kw_only=True)
class Program:
    """One analyser with an environment of its own, as the container of a Job."""

    module: str
    variables: dict[str, str]

    def check(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", self.module, "--check", *arguments],
            env=self.variables | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def says(self, sentence: str) -> str:
        return f"{self.module.replace('_', '-')}: {sentence}"


@pytest.fixture(params=["audio_analyzer", "video_analyzer"])
def program(
    request: pytest.FixtureRequest, emulator: Emulator, cloud: Cloud, scratch: Path
) -> Program:
    module: str = request.param
    return Program(module=module, variables=environment(emulator, cloud, scratch, 8000))


def test_a_program_that_could_serve_ends_well_and_says_nothing(program: Program) -> None:
    """It judges a sample, sees the uploads, and the queue answers it."""
    ended = program.check()

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_waiting_message_stays_where_it_is(program: Program, cloud: Cloud) -> None:
    """Whoever works meanwhile can take it at once."""
    cloud.send("{}")

    assert program.check().returncode == 0
    assert (cloud.messages(), cloud.hidden()) == (1, 0)


def test_a_queue_that_is_not_there_is_named(program: Program, cloud: Cloud) -> None:
    """Exit code 1 and one line, which the gate passes on."""
    ended = program.check(QUEUE_URL=f"{cloud.queue}x")

    assert ended.returncode == 1
    assert ended.stderr.startswith(program.says(f"SQS gives no messages of {cloud.queue}x: "))
    assert ended.stderr.count("\n") == 1


def test_a_missing_right_to_the_queue_is_said(program: Program, cloud: Cloud) -> None:
    """SQS's own words end the sentence."""
    with range_server() as sqs:
        sqs.answer = lambda _: Answer(status=403, body=json.dumps(_DENIED).encode())
        ended = program.check(AWS_ENDPOINT_URL_SQS=sqs.presigned("v1").url.partition("/v1")[0])

    assert ended.returncode == 1
    assert ended.stderr.startswith(program.says(f"SQS gives no messages of {cloud.queue}: "))
    assert ended.stderr.endswith(f"{_DENIED['message']}\n")


def test_a_bucket_that_is_not_there_is_named(program: Program) -> None:
    """The role may not list it either, which S3 tells apart."""
    ended = program.check(S3_BUCKET="no-such-bucket")

    assert ended.returncode == 1
    assert ended.stderr == program.says("there is no s3://no-such-bucket/uploads/\n")


def test_a_missing_tool_is_named(program: Program) -> None:
    """The tools are of the image, and are used once."""
    ended = program.check(FFPROBE="/nowhere/ffprobe")

    assert ended.returncode == 1
    assert ended.stderr == program.says("ffprobe is not installed: put it on the PATH\n")


def test_a_tool_that_cannot_run_is_refused(program: Program) -> None:
    """As one without its libraries, which only shows when it is started."""
    ended = program.check(FFMPEG="/bin/false")

    assert ended.returncode == 1
    assert ended.stderr == program.says("ffmpeg makes no sample: no reason given\n")


def test_a_wrong_variable_ends_it_as_it_ends_serving(program: Program) -> None:
    """Exit code 2, and a line that names variable, value and what would be right."""
    ended = program.check(S3_BUCKET="No Bucket")

    assert ended.returncode == 2
    right = "it has to be the name of a bucket"
    assert ended.stderr == program.says(f"S3_BUCKET is 'No Bucket': {right}\n")


def test_the_check_is_of_no_file(program: Program) -> None:
    """It brings its own."""
    ended = program.check("clip.mp4")

    assert ended.returncode == 2
    assert "--check goes alone" in ended.stderr
