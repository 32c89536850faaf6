"""Real files given to the analysers, one after the other."""

from collections.abc import Iterator
from pathlib import Path
from subprocess import CalledProcessError

from analyzer.analyses import analyze_file
from analyzer.failure import Refused
from audio_analyzer.program import PROGRAM as AUDIO
from containers.analyzer.benchmarks.real import tampering, transformations
from containers.analyzer.benchmarks.real.clips import CLIPS, Use, use
from containers.analyzer.benchmarks.real.figures import Answer
from containers.analyzer.benchmarks.real.recordings import (
    RECORDINGS,
    SOUND_KINDS,
    SYNTHETIC,
    sound,
    synthetic,
)
from video_analyzer.program import PROGRAM as VIDEO

_SEEDS = (1, 2)
_OBJECT = {"s3_bucket": "-", "s3_key": "-"}


def clean_videos(which: Use, folder: Path) -> Iterator[Answer]:
    """Transform each clip of this use in each way, and ask."""
    path = folder / "clip.mp4"
    for name in transformations.MADE:
        if use(name) is which:
            transformations.make(name, path)
            yield _seen(path, "made screens", name)
    for clip in (one for one in CLIPS if one.use is which):
        source = clip.path()
        for kind in transformations.KINDS:
            suffix = source.suffix if kind == transformations.AS_SHIPPED else ".mp4"
            target = folder / f"clip{suffix}"
            try:
                transformations.transform(kind, source, target)
            except CalledProcessError as error:
                print(f"{kind} of {clip.name} could not be made: {error}", flush=True)
                continue
            yield _seen(target, kind, clip.name)


def tampered_videos(which: Use, folder: Path) -> Iterator[Answer]:
    """Put the tampering into each clip that is long enough, at two places."""
    path = folder / "tampered.mp4"
    for clip in (one for one in CLIPS if one.use is which):
        for kind, quality in tampering.KINDS.items():
            for seed in _SEEDS:
                touched = tampering.tamper(clip.path(), path, seed=seed, quality=quality)
                if touched:
                    yield _seen(path, kind, f"{clip.name} {seed}", touched)


def sounds(which: Use, folder: Path) -> Iterator[Answer]:
    """Transform each recording of this use in each way, and ask."""
    for recording in (one for one in RECORDINGS if one.use is which):
        yield from _heard(recording.path(), recording.kind, recording.name, folder)


def synthetic_sounds(folder: Path) -> Iterator[Answer]:
    """Nothing is fitted on them, so they are of no use but to report on."""
    for path in synthetic(folder):
        yield from _heard(path, SYNTHETIC, path.stem, folder)


def _heard(source: Path, what: str, name: str, folder: Path) -> Iterator[Answer]:
    target = folder / "sound.mkv"
    request = AUDIO.request.model_validate(_OBJECT)
    for kind in SOUND_KINDS:
        sound(kind, source, target)
        try:
            answer = analyze_file(AUDIO, target, request).model_dump()
        except Refused:
            answer = {"deepfake_probability": None}
        probability = answer["deepfake_probability"]
        yield Answer(kind=f"{what}, {kind}", name=name, probability=probability)


def _seen(path: Path, kind: str, name: str, touched: range = range(0)) -> Answer:
    answer = analyze_file(VIDEO, path, VIDEO.request.model_validate(_OBJECT)).model_dump()
    return Answer(
        kind=kind,
        name=name,
        probability=answer["manipulation_probability"],
        named=tuple(one["frame_number"] for one in answer["suspicious_frames"]),
        touched=touched,
    )
