"""Whether the program, as it stands in this image and environment, has all that it works with."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile, scratch_file
from analyzer.queue.lease import AWS_ERRORS, no_messages
from analyzer.runtime import AnalysisProgram, Deadline, RequestT
from analyzer.service import client, open_session
from analyzer.settings import Limits, Settings
from analyzer.storage import Storage
from analyzer.tools import FFMPEG, NO_REASON, check_signal, first_words, running

_SAMPLE = (
    *("-nostdin", "-v", "error"),
    *("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=1"),
    *("-f", "lavfi", "-i", "sine=duration=1"),
    *("-c:v", "mjpeg", "-c:a", "pcm_s16le", "-f", "matroska", "pipe:1"),
)
"""A second of moving picture and a tone, in formats that every ffmpeg writes."""


def check(program: AnalysisProgram[RequestT], settings: Settings, limits: Limits) -> None:
    """Judge a sample, list the uploads, ask the queue once; raise `Refused` with what is amiss.

    A message that the queue happens to give stays visible to others; it counts as received once.
    """
    with _sample(limits) as file:
        request = program.request.model_validate({"s3_bucket": "-", "s3_key": "-"})
        program.judge(file, request, limits, Deadline(limits.analysis_seconds))
    session = open_session()
    Storage(settings, client("s3", settings.region, session), limits).check_access()
    if settings.queue_url:
        _ask(settings.queue_url, client("sqs", settings.region, session))


@contextmanager
def _sample(limits: Limits) -> Iterator[MediaFile]:
    with scratch_file() as file, tempfile.TemporaryFile() as words:
        with running(
            FFMPEG, _SAMPLE, descriptors=[], words=words, memory=limits.decoder_bytes
        ) as process:
            assert process.stdout is not None  # noqa: S101 - it was opened with a pipe
            shutil.copyfileobj(process.stdout, file)
            code = process.wait()
        check_signal(FFMPEG, code)
        if code:
            sentence = f"{FFMPEG} makes no sample: {first_words(words) or NO_REASON}"
            raise Refused(Problem.UNAVAILABLE, sentence)
        file.flush()
        yield MediaFile(descriptor=file.fileno())


def _ask(queue_url: str, sqs: Any) -> None:  # noqa: ANN401 - boto3 ships no types
    """Receive as a worker does: no other question needs the same right."""
    try:
        sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=0, VisibilityTimeout=0)
    except AWS_ERRORS as error:
        raise Refused(Problem.UNAVAILABLE, no_messages(queue_url, error)) from error
