"""What is asked, what is answered, and how one follows from the other."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from analyzer.detector import Detector, InputAxis, consulted
from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile, Stream, check_length, judge_one, probe, remarked
from analyzer.requests import NOT_JUDGED, AnalysisRequest, AnalysisResponse, ModelInfo
from analyzer.runtime import AnalysisProgram, Deadline
from analyzer.settings import Limits
from video_analyzer.frames import Picture, coloured, frames
from video_analyzer.judgement import NotJudged, VideoJudgement, judge
from video_analyzer.sampling import Sampler

MODEL = ModelInfo(
    name="two-sided-flicker",
    version="2.0.0",
    note="One indication, not a proof: it finds parts of the picture that flicker for some frames "
    "as neither the frames before nor those after them explain, whatever the reason; what was "
    "replaced well, or all the time, it does not find.",
)


class VideoRequest(AnalysisRequest):
    """An upload, and how densely its frames are compared."""

    sample_rate: Annotated[int, Field(ge=1, le=1_000_000)] = 30
    """Each so many frames motion is looked for; where something seems to flicker, always."""


class SuspiciousFrame(BaseModel):
    """One frame in which a place flickers more than is usual there."""

    frame_number: int
    """Counted from 0, in the order in which frames are shown."""

    inconsistency_score: float


class VideoResponse(AnalysisResponse):
    """How likely a part of the picture was replaced, and where."""

    manipulation_probability: Annotated[float, Field(ge=0, le=1)] | None
    """None if it was not judged."""

    total_frames: int
    analyzed_frames: int
    video_duration: float
    fps: float
    resolution: str
    suspicious_frames: list[SuspiciousFrame]


def analyze(
    file: MediaFile,
    request: VideoRequest,
    limits: Limits,
    deadline: Deadline,
    detector: Detector | None,
) -> VideoResponse:
    """Look at all frames of a stream and judge; raise `Refused`."""
    streams = probe(file, limits).video
    if not streams:
        raise Refused(Problem.NO_VIDEO_STREAM, "there is no video stream in it")

    def watched(stream: Stream) -> VideoResponse:
        answer = _watched(file, stream, request, limits, deadline)
        if detector is None:
            return answer
        _, _, height, width = detector.shape
        return consulted(
            answer,
            "manipulation_probability",
            detector=detector,
            rows=coloured(
                file,
                stream,
                (height, width),
                request.sample_rate,
                limits=limits,
                deadline=deadline,
            ),
            check=deadline.check,
        )

    return judge_one(streams, watched)


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
    try:
        return _response(judge(sampler.flickers), sampler, picture)
    except NotJudged as reason:
        return _not_judged(str(reason), sampler, picture)


def _response(judgement: VideoJudgement, sampler: Sampler, picture: Picture) -> VideoResponse:
    suspicious = [
        SuspiciousFrame(frame_number=number, inconsistency_score=round(score, 3))
        for number, score in judgement.suspicious
    ]
    found = f"frames {', '.join(str(one.frame_number) for one in suspicious)} do not fit"
    return VideoResponse(
        message=found if suspicious else "no frame sticks out",
        manipulation_probability=round(judgement.probability, 3),
        suspicious_frames=suspicious,
        **_description(sampler, picture),
    )


def _not_judged(reason: str, sampler: Sampler, picture: Picture) -> VideoResponse:
    return VideoResponse(
        status=NOT_JUDGED,
        message=reason,
        manipulation_probability=None,
        suspicious_frames=[],
        **_description(sampler, picture),
    )


def _description(sampler: Sampler, picture: Picture) -> dict[str, Any]:
    return {
        "model": MODEL,
        "total_frames": sampler.seen,
        "analyzed_frames": sampler.analyzed,
        "video_duration": round(picture.seconds(sampler.seen), 3),
        "fps": round(picture.fps, 3),
        "resolution": f"{picture.width}x{picture.height}",
    }


_SIDE = InputAxis(least=32, most=1024, usual=224)

PROGRAM = AnalysisProgram(
    name="video-analyzer",
    version=MODEL.version,
    purpose="How likely parts of a video's frames were replaced",
    port=8001,
    options=("sample_rate",),
    request=VideoRequest,
    response=VideoResponse,
    analyze=analyze,
    detector_input=(InputAxis.of(1), InputAxis.of(3), _SIDE, _SIDE),
)
