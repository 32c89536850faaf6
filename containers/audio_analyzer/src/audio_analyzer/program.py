"""What is asked, what is answered, and how one follows from the other."""

from typing import Annotated

from pydantic import Field

from analyzer.deadline import Deadline
from analyzer.failure import Problem, Refused
from analyzer.media import File, check_length, probe
from analyzer.program import Program
from analyzer.requests import Answer, Model, Request
from analyzer.settings import Limits
from audio_analyzer.judgement import Silent, judge
from audio_analyzer.sound import RATE, blocks
from audio_analyzer.spectra import WINDOW, figures

MODEL = Model(
    name="voice-traits",
    version="1.0.0",
    note="A baseline, not a proof: it weighs pitch, breath, spectrum and pauses by hand-set "
    "figures and was not trained on recordings of people or of machines.",
)


class AudioAnswer(Answer):
    """How likely a voice was made by a machine."""

    deepfake_probability: Annotated[float, Field(ge=0, le=1)]
    audio_duration: float
    sample_rate: int


def analyze(file: File, _: Request, limits: Limits, deadline: Deadline) -> AudioAnswer:
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
    try:
        judgement = judge(parts)
    except Silent as silent:
        sentence = "the audio stream is silent or shorter than half a second"
        raise Refused(Problem.NO_AUDIO_STREAM, sentence) from silent
    return AudioAnswer(
        message="periodic sound, as of a voice" if judgement.voiced else "no voice in the sound",
        model=MODEL,
        deepfake_probability=round(judgement.probability, 3),
        audio_duration=round(samples / RATE, 3),
        sample_rate=RATE,
    )


PROGRAM = Program(
    name="audio-analyzer",
    version=MODEL.version,
    purpose="How likely the voice in a recording was made by a machine",
    port=8000,
    request=Request,
    answer=AudioAnswer,
    analyze=analyze,
)
