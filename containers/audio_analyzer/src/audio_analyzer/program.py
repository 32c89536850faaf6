"""What is asked, what is answered, and how one follows from the other."""

from typing import Annotated, Any

from pydantic import Field

from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile, check_length, probe
from analyzer.requests import NOT_JUDGED, AnalysisRequest, AnalysisResponse, ModelInfo
from analyzer.runtime import AnalysisProgram, Deadline
from analyzer.settings import Limits
from audio_analyzer.judgement import NoVoice, Silent, judge
from audio_analyzer.sound import RATE, blocks
from audio_analyzer.spectra import WINDOW, figures

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
    file: MediaFile, _: AnalysisRequest, limits: Limits, deadline: Deadline
) -> AudioResponse:
    """Listen to all of it and judge; raise `Refused`."""
    if probe(file, limits).audio is None:
        raise Refused(Problem.NO_AUDIO_STREAM, "there is no audio stream in it")
    parts = []
    samples = 0
    for block in blocks(file, limits, deadline):
        samples += len(block)
        check_length(samples / RATE, limits)
        if len(block) >= WINDOW:
            parts.append(figures(block))
    described: dict[str, Any] = {
        "model": MODEL,
        "audio_duration": round(samples / RATE, 3),
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
)
