"""How far apart the scores of what differs are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analyzer.analyses import analyze_file
from analyzer.runtime import AnalysisProgram, RequestT
from audio_analyzer.program import PROGRAM as AUDIO
from containers.analyzer.benchmarks.encode import write_sound, write_video
from containers.analyzer.benchmarks.scenes import VideoScene
from containers.analyzer.benchmarks.voices import CLASSES
from video_analyzer.program import PROGRAM as VIDEO

TAMPERED = "tampered"
CALM = ("clean", "scene cut", "dark")
_SEEDS = (11, 12, 13, 14)
_SIZES = ((320, 240), (640, 360))
_FRAMES = 90
_PARTS = range(40, 47)
_KINDS: Mapping[str, Mapping[str, Any]] = {
    TAMPERED: {"tampered": _PARTS},
    "clean": {},
    "scene cut": {"cut": 45},
    "dark": {"light": 0.06},
}
_VOICE_SECONDS = 6
_CODECS = {"PCM": ("-c:a", "pcm_s16le"), "AAC 96k": ("-c:a", "aac", "-b:a", "96k")}


@dataclass(frozen=True, kw_only=True)
class Scores:
    """What the media of one kind got."""

    kind: str
    of: str
    probabilities: list[float]
    """Of those that were judged."""

    not_judged: int
    found: list[int]
    """Frames named, of those that were touched and of others."""


def videos(folder: Path) -> Iterator[Scores]:
    for width, height in _SIZES:
        for kind, values in _KINDS.items():
            scene = VideoScene(seed=0, width=width, height=height, frames=_FRAMES, **values)
            answers = [_video(replace(scene, seed=seed), folder) for seed in _SEEDS]
            named = [
                one["frame_number"] for answer in answers for one in answer["suspicious_frames"]
            ]
            right = sum(number in range(_PARTS.start, _PARTS.stop + 1) for number in named)
            yield Scores(
                kind=kind,
                of=f"{width}x{height}",
                **_counted([answer["manipulation_probability"] for answer in answers]),
                found=[right, len(named) - right] if kind == TAMPERED else [0, len(named)],
            )


def voices(folder: Path) -> Iterator[Scores]:
    for codec, output in _CODECS.items():
        for kind, make in CLASSES.items():
            values = []
            for seed in _SEEDS:
                path = folder / "sound.mkv"
                write_sound(make(seed, _VOICE_SECONDS), path, *output)
                values.append(_analysed(AUDIO, path)["deepfake_probability"])
            yield Scores(kind=kind, of=codec, **_counted(values), found=[])


def _counted(values: list[float | None]) -> dict[str, Any]:
    judged = [value for value in values if value is not None]
    return {"probabilities": judged, "not_judged": len(values) - len(judged)}


def _video(scene: VideoScene, folder: Path) -> dict[str, Any]:
    path = folder / "scene.mp4"
    write_video(scene, path)
    return _analysed(VIDEO, path)


def _analysed(program: AnalysisProgram[RequestT], path: Path) -> dict[str, Any]:
    """Analyse a local file, without starting a process each time."""
    request = program.request.model_validate({"s3_bucket": "-", "s3_key": "-"})
    return analyze_file(program, path, request).model_dump()
