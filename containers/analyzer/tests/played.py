"""A program on the real library whose analysis takes as long as the object says."""

import errno
import os
import time

from analyzer.detector import Detector
from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile
from analyzer.queue.lease import WorkerTimeouts
from analyzer.requests import AnalysisRequest, AnalysisResponse, ModelInfo
from analyzer.runtime import AnalysisProgram, Deadline, set_up_logging
from analyzer.service import serve
from analyzer.settings import Limits, Settings

QUICK = WorkerTimeouts(poll_seconds=1, visibility_seconds=3, heartbeat_seconds=0.5, drain_seconds=2)
"""Short waits; everything else is as in a pod."""


class PlayedResponse(AnalysisResponse):
    """Says what was read."""

    content: str


def analyze(
    file: MediaFile,
    _: AnalysisRequest,
    limits: Limits,
    deadline: Deadline,
    __: Detector | None,
) -> PlayedResponse:
    """Take the seconds that the content is; refuse or break if it says so."""
    with open(f"/proc/self/fd/{file.descriptor}", encoding="utf-8") as opened:  # noqa: PTH123
        content = opened.read()
    if content == "no media":
        raise Refused(Problem.UNSUPPORTED_MEDIA, "it is no media")
    if content == "disk is full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    end = time.monotonic() + float(content)
    while time.monotonic() < end:
        deadline.check()
        time.sleep(0.02)
    model = ModelInfo(name="played", version="1", note=f"at most {limits.object_bytes} bytes")
    return PlayedResponse(message="done", model=model, content=content)


PLAYED = AnalysisProgram(
    name="played",
    version="1",
    purpose="Wait",
    port=8009,
    request=AnalysisRequest,
    response=PlayedResponse,
    analyze=analyze,
    detector_input=(),
)

if __name__ == "__main__":
    set_up_logging()
    serve(PLAYED, Settings.read(os.environ, port=PLAYED.port), Limits(), QUICK)
