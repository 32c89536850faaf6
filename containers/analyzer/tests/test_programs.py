"""Both programs as processes in a pod's environment: HTTP and queue, from object to answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from containers.analyzer.benchmarks.encode import ffmpeg
from containers.analyzer.tests.broken import PATTERN, TONE, clip
from containers.analyzer.tests.cloud import KEY, Cloud, wait_for
from containers.analyzer.tests.processes import Pod
from containers.model_store.tests.emulated import Emulator


@dataclass(frozen=True, kw_only=True)
class Case:
    """A program, what its answer has, and what it cannot do without."""

    module: str
    fields: set[str]
    more: dict[str, int]
    missing: tuple[str, ...]
    error: str


_COMMON = {"status", "message", "model"}
_CASES = [
    Case(
        module="audio_analyzer",
        fields=_COMMON | {"deepfake_probability", "audio_duration", "sample_rate"},
        more={},
        missing=PATTERN,
        error="Analysis.NoAudioStream",
    ),
    Case(
        module="video_analyzer",
        fields=_COMMON
        | {"manipulation_probability", "total_frames", "analyzed_frames", "video_duration"}
        | {"fps", "resolution", "suspicious_frames"},
        more={"sample_rate": 30},
        missing=TONE,
        error="Analysis.NoVideoStream",
    ),
]


@pytest.fixture(params=_CASES, ids=lambda case: case.module)
def case(request: pytest.FixtureRequest) -> Case:
    chosen: Case = request.param
    return chosen


@pytest.fixture
def pod(case: Case, emulator: Emulator, cloud: Cloud, scratch: Path) -> Iterator[Pod]:
    """Run the program, and see that it leaves no file."""
    with Pod(case.module, emulator, cloud, scratch) as running:
        yield running
        assert not list(scratch.iterdir())


def test_queue_and_http_give_the_same_answer(
    case: Case, pod: Pod, cloud: Cloud, tmp_path: Path
) -> None:
    """With exactly the fields of the seed, and who has judged."""
    version = cloud.upload(clip(tmp_path / "clip.mp4").read_bytes())

    by_http = pod.post(s3_bucket=cloud.bucket, s3_key=KEY, **case.more)
    by_queue = cloud.end(cloud.begin(s3_version_id=version, **case.more))

    assert by_http.status_code == 200
    assert set(by_http.json()) == case.fields
    assert by_queue.output == by_http.json()
    assert cloud.messages() == 0


def test_each_fault_of_the_caller_has_its_status_and_its_name(
    case: Case, pod: Pod, cloud: Cloud, tmp_path: Path
) -> None:
    """By HTTP and by the queue alike; none of them is a 500."""
    media = tmp_path / "half.mkv"
    ffmpeg(*case.missing, media)
    cloud.upload(media.read_bytes())
    cloud.upload(b"dear grandmother", key="uploads/letter.mp4")
    cloud.upload(b"", key="uploads/empty.mp4")
    faults: list[tuple[dict[str, Any], int, str]] = [
        ({"s3_key": KEY}, 422, case.error),
        ({"s3_key": "uploads/letter.mp4"}, 415, "Analysis.UnsupportedMedia"),
        ({"s3_key": "uploads/empty.mp4"}, 415, "Analysis.UnsupportedMedia"),
        ({"s3_key": "uploads/none.mp4"}, 404, "Analysis.NotFound"),
        ({"s3_key": "models/a.mp4"}, 403, "Analysis.Forbidden"),
        ({"s3_key": "uploads/../a.mp4"}, 403, "Analysis.Forbidden"),
        ({"s3_bucket": "other-bucket"}, 403, "Analysis.Forbidden"),
        ({"s3_key": 5}, 422, "Analysis.BadRequest"),
        ({"sample_rate": "often"}, 422, "Analysis.BadRequest"),
    ]

    for asked, status, error in faults:
        fields = {"s3_bucket": cloud.bucket, "s3_key": KEY} | asked
        answer = pod.post(**fields)
        assert (answer.status_code, answer.json()["error"]) == (status, error), asked
    executions = [cloud.begin(**asked) for asked, _, _ in faults]
    for execution, (asked, _, error) in zip(executions, faults, strict=True):
        assert cloud.end(execution).error == error, asked
    assert "Traceback" not in pod.log


def test_a_program_that_is_lost_leaves_no_file(
    case: Case, pod: Pod, cloud: Cloud, scratch: Path, tmp_path: Path
) -> None:
    """`kill -9` in the middle of an analysis: files without a name go with their process."""
    short, path = clip(tmp_path / "short.mkv"), tmp_path / "long.mkv"
    ffmpeg("-stream_loop", "600", "-i", short, "-c", "copy", path)
    cloud.upload(path.read_bytes())

    cloud.begin(**case.more)
    wait_for(lambda: "analyzer_bytes_total 0.0" not in pod.get("/metrics").text)
    pod.kill()

    assert not list(scratch.iterdir())
    assert cloud.messages() == 1
