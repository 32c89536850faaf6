"""A program on the real library whose analysis takes as long as the object says."""

import os
import time

from analyzer.deadline import Deadline
from analyzer.failure import Problem, Refused
from analyzer.log import set_up_log
from analyzer.media import File
from analyzer.program import Program
from analyzer.queue.lease import Patience
from analyzer.requests import Answer, Model, Request
from analyzer.service import serve
from analyzer.settings import Limits, Settings

QUICK = Patience(poll_seconds=1, visibility_seconds=3, beat_seconds=0.5, drain_seconds=2)
"""Short waits; everything else is as in a pod."""


class PlayedAnswer(Answer):
    """Says what was read."""

    content: str


def analyze(file: File, _: Request, limits: Limits, deadline: Deadline) -> PlayedAnswer:
    """Take the seconds that the content is; refuse or break if it says so."""
    with open(f"/proc/self/fd/{file.descriptor}", encoding="utf-8") as opened:  # noqa: PTH123
        content = opened.read()
    if content == "no media":
        raise Refused(Problem.UNSUPPORTED_MEDIA, "it is no media")
    end = time.monotonic() + float(content)
    while time.monotonic() < end:
        deadline.check()
        time.sleep(0.02)
    model = Model(name="played", version="1", note=f"at most {limits.object_bytes} bytes")
    return PlayedAnswer(message="done", model=model, content=content)


PLAYED = Program(
    name="played",
    version="1",
    purpose="Wait",
    port=8009,
    request=Request,
    answer=PlayedAnswer,
    analyze=analyze,
)

if __name__ == "__main__":
    set_up_log()
    serve(PLAYED, Settings.read(os.environ, port=PLAYED.port), Limits(), QUICK)
