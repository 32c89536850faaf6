"""What is asked, what is answered, and how one follows from the other."""

from collections.abc import Generator, Iterator, Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from analyzer.detector import Detector, InputAxis, Row, consulted
from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile, Stream, check_length, judge_one, probe, remarked
from analyzer.requests import NOT_JUDGED, AnalysisRequest, AnalysisResponse, ModelInfo
from analyzer.runtime import AnalysisProgram, Deadline
from analyzer.settings import Limits
from audio_analyzer.judgement import NoVoice, Silent, judge, talks
from audio_analyzer.sound import BLOCK_SECONDS, RATE, Samples, Track, blocks, windows
from audio_analyzer.spectra import WINDOW, Figures, figures

MODEL = ModelInfo(
    name="voice-traits",
    version="2.0.0",
    note="A weak indication, not a proof: on recordings of people and on synthetic voices it was "
    "measured to give the same figures; only a voice without breath, room and waver stands out.",
)


class AudioResponse(AnalysisResponse):
    """The result for one upload; durations in seconds, rates in hertz."""

    deepfake_probability: Annotated[float, Field(ge=0, le=1)] | None
    """None if nobody talks."""

    audio_duration: float
    sample_rate: int


def analyze(
    file: MediaFile,
    _: AnalysisRequest,
    limits: Limits,
    deadline: Deadline,
    detector: Detector | None,
) -> AudioResponse:
    """Listen to all of a sound track and judge; raise `Refused`."""
    streams = probe(file, limits).audio
    if not streams:
        raise Refused(Problem.NO_AUDIO_STREAM, "there is no audio stream in it")
    return judge_one(streams, lambda stream: _heard(file, stream, limits, deadline, detector))


def _heard(
    file: MediaFile, stream: Stream, limits: Limits, deadline: Deadline, detector: Detector | None
) -> AudioResponse:
    track = Track(stream=stream)
    parts = []
    for block in blocks(file, track, limits, deadline):
        check_length(track.seconds, limits)
        if len(block) >= WINDOW:
            parts.append(figures(block))
    answer = remarked(_answer(parts, track), track.missing)
    if detector is None:
        return answer
    return consulted(
        answer,
        "deepfake_probability",
        detector=detector,
        rows=_said(blocks(file, Track(stream=stream), limits, deadline), parts, detector.shape[-1]),
        check=deadline.check,
    )


def _said(heard: Iterator[Samples], parts: Sequence[Figures], size: int) -> Generator[Row]:
    """Give those ten seconds in which somebody talks, in windows of a detector's size."""
    # The last of the sound may be too short to have figures.
    for block, part in zip(heard, parts, strict=False):
        if talks(part):
            for window in windows(block, size):
                yield window[np.newaxis]


def _answer(parts: Sequence[Figures], track: Track) -> AudioResponse:
    described: dict[str, Any] = {
        "model": MODEL,
        "audio_duration": round(track.seconds, 3),
        "sample_rate": RATE,
    }
    try:
        return AudioResponse(
            message="somebody talks, or something that imitates it",
            deepfake_probability=round(judge(parts), 3),
            **described,
        )
    except NoVoice:
        return AudioResponse(
            status=NOT_JUDGED,
            message="nobody talks in it: there is no voice to judge",
            deepfake_probability=None,
            **described,
        )
    except Silent as silent:
        sentence = "the audio stream is silent or shorter than half a second"
        raise Refused(Problem.NO_AUDIO_STREAM, sentence) from silent


PROGRAM = AnalysisProgram(
    name="audio-analyzer",
    version=MODEL.version,
    purpose="How likely the voice in a recording was made by a machine",
    port=8000,
    request=AnalysisRequest,
    response=AudioResponse,
    analyze=analyze,
    detector_input=(
        InputAxis.of(1),
        InputAxis(least=WINDOW, most=BLOCK_SECONDS * RATE, usual=BLOCK_SECONDS * RATE),
    ),
)
