"""What is asked, what is answered, and how one follows from the other."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile, Stream, check_length, judge_one, probe, remarked
from analyzer.requests import AnalysisRequest, AnalysisResponse, ModelInfo
from analyzer.runtime import AnalysisProgram, Deadline
from analyzer.settings import Limits
from audio_analyzer.judgement import Silent, judge
from audio_analyzer.sound import RATE, Track, blocks
from audio_analyzer.spectra import WINDOW, Figures, figures

MODEL = ModelInfo(
    name="voice-traits",
    version="1.0.0",
    note="A baseline, not a proof: it weighs pitch, breath, spectrum and pauses by hand-set "
    "figures and was not trained on recordings of people or of machines.",
)


class AudioResponse(AnalysisResponse):
    """The result for one upload; durations in seconds, rates in hertz."""

    deepfake_probability: Annotated[float, Field(ge=0, le=1)]
    audio_duration: float
    sample_rate: int


def analyze(
    file: MediaFile, _: AnalysisRequest, limits: Limits, deadline: Deadline
) -> AudioResponse:
    """Listen to all of a sound track and judge; raise `Refused`."""
    streams = probe(file, limits).audio
    if not streams:
        raise Refused(Problem.NO_AUDIO_STREAM, "there is no audio stream in it")
    return judge_one(streams, lambda stream: _heard(file, stream, limits, deadline))


def _heard(file: MediaFile, stream: Stream, limits: Limits, deadline: Deadline) -> AudioResponse:
    track = Track(stream=stream)
    parts = []
    for block in blocks(file, track, limits, deadline):
        check_length(track.seconds, limits)
        if len(block) >= WINDOW:
            parts.append(figures(block))
    return remarked(_answer(parts, track), track.missing)


def _answer(parts: Sequence[Figures], track: Track) -> AudioResponse:
    try:
        judgement = judge(parts)
    except Silent as silent:
        sentence = "the audio stream is silent or shorter than half a second"
        raise Refused(Problem.NO_AUDIO_STREAM, sentence) from silent
    return AudioResponse(
        message="periodic sound, as of a voice" if judgement.voiced else "no voice in the sound",
        model=MODEL,
        deepfake_probability=round(judgement.probability, 3),
        audio_duration=round(track.seconds, 3),
        sample_rate=RATE,
    )


PROGRAM = AnalysisProgram(
    name="audio-analyzer",
    version=MODEL.version,
    purpose="How likely the voice in a recording was made by a machine",
    port=8000,
    request=AnalysisRequest,
    response=AudioResponse,
    analyze=analyze,
)
