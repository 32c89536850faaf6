"""What is asked, what is answered, and how one follows from the other."""

from typing import Annotated

from pydantic import BaseModel, Field

from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile, Stream, check_length, judge_one, probe, remarked
from analyzer.requests import AnalysisRequest, AnalysisResponse, ModelInfo
from analyzer.runtime import AnalysisProgram, Deadline
from analyzer.settings import Limits
from video_analyzer.frames import Picture, frames
from video_analyzer.judgement import VideoJudgement, judge
from video_analyzer.sampling import Sampler

MODEL = ModelInfo(
    name="optical-flow-block-residual",
    version="1.0.0",
    note="A baseline, not a proof: it finds parts of the picture that do not move as the rest of "
    "the video lets expect, whatever the reason.",
)
_LEAST_FRAMES = 12
"""Fewer say nothing about what is usual in a video."""


class VideoRequest(AnalysisRequest):
    """An upload, and how densely its frames are compared."""

    sample_rate: Annotated[int, Field(ge=1, le=1_000_000)] = 30
    """Each so many frames one is compared with the frame before it; conspicuous ones always."""


class SuspiciousFrame(BaseModel):
    """One frame that differs from what is usual at its place."""

    frame_number: int
    """Counted from 0, in the order in which frames are shown."""

    inconsistency_score: float


class VideoResponse(AnalysisResponse):
    """How likely a part of the picture was replaced, and where."""

    manipulation_probability: Annotated[float, Field(ge=0, le=1)]
    total_frames: int
    analyzed_frames: int
    video_duration: float
    fps: float
    resolution: str
    suspicious_frames: list[SuspiciousFrame]


def analyze(
    file: MediaFile, request: VideoRequest, limits: Limits, deadline: Deadline
) -> VideoResponse:
    """Look at all frames of a stream and judge; raise `Refused`."""
    streams = probe(file, limits).video
    if not streams:
        raise Refused(Problem.NO_VIDEO_STREAM, "there is no video stream in it")
    return judge_one(streams, lambda stream: _watched(file, stream, request, limits, deadline))


def _watched(
    file: MediaFile, stream: Stream, request: VideoRequest, limits: Limits, deadline: Deadline
) -> VideoResponse:
    picture = Picture.of(stream)
    sampler = Sampler(request.sample_rate)
    for frame in frames(file, picture, limits, deadline):
        sampler.see(frame)
        check_length(picture.least_seconds(sampler.seen), limits)
    if sampler.seen == 1:
        raise Refused(
            Problem.NO_VIDEO_STREAM, "the video stream is a single picture, as a cover is"
        )
    check_length(picture.seconds(sampler.seen), limits)
    return remarked(_answer(sampler, picture), picture.missing(sampler.seen))


def _answer(sampler: Sampler, picture: Picture) -> VideoResponse:
    if sampler.seen < _LEAST_FRAMES:
        sentence = f"the video has {sampler.seen} frames: at least {_LEAST_FRAMES} are needed"
        raise Refused(Problem.NO_VIDEO_STREAM, sentence)
    return _response(judge(sampler.pairs, sampler.regular), sampler, picture)


def _response(judgement: VideoJudgement, sampler: Sampler, picture: Picture) -> VideoResponse:
    suspicious = [
        SuspiciousFrame(frame_number=number, inconsistency_score=round(score, 3))
        for number, score in judgement.suspicious
    ]
    found = f"frames {', '.join(str(one.frame_number) for one in suspicious)} do not fit"
    return VideoResponse(
        message=found if suspicious else "no frame sticks out",
        model=MODEL,
        manipulation_probability=round(judgement.probability, 3),
        total_frames=sampler.seen,
        analyzed_frames=len(sampler.pairs),
        video_duration=round(picture.seconds(sampler.seen), 3),
        fps=round(picture.fps, 3),
        resolution=f"{picture.width}x{picture.height}",
        suspicious_frames=suspicious,
    )


PROGRAM = AnalysisProgram(
    name="video-analyzer",
    version=MODEL.version,
    purpose="How likely parts of a video's frames were replaced",
    port=8001,
    options=("sample_rate",),
    request=VideoRequest,
    response=VideoResponse,
    analyze=analyze,
)
