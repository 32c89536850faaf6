"""`python -m containers.analyzer.benchmarks.hostile [FIRST] [COUNT]`: a thousand damaged files.

Small media of all containers, damaged by a seeded generator, and some whose few bytes ask for much.
Both programs judge each; whatever they answer has to be a result or one final sentence, and the
memory of ffmpeg stays within its bound. About twelve minutes for a thousand.
"""

import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analyzer.analyses import analyze_file
from analyzer.failure import Problem, Refused
from analyzer.runtime import AnalysisProgram
from analyzer.settings import Limits
from audio_analyzer.program import PROGRAM as AUDIO
from containers.analyzer.benchmarks.encode import ffmpeg
from containers.analyzer.benchmarks.tools import TOOLS
from video_analyzer.program import PROGRAM as VIDEO

PROGRAMS: tuple[AnalysisProgram[Any], ...] = (AUDIO, VIDEO)

_FINAL = set(Problem) - {Problem.UNAVAILABLE}
"""The workflow tries the other once more."""

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30:duration=2")
_SOUND = ("-f", "lavfi", "-i", "sine=440:duration=2:sample_rate=48000")
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")

SOURCES: dict[str, Sequence[str]] = {
    "mp4": (*_H264, "-c:a", "aac", "-movflags", "+faststart"),
    "mov": (*_H264, "-c:a", "pcm_s16le"),
    "m4v": (*_H264, "-c:a", "aac", "-movflags", "+frag_keyframe+empty_moov", "-f", "mp4"),
    "hevc.mp4": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"),
    "mkv": (*_H264, "-c:a", "libopus"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"),
    "avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "ts": (*_H264, "-c:a", "aac"),
    "mpg": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    "flv": (*_H264, "-c:a", "aac"),
    "wmv": ("-c:v", "wmv2", "-c:a", "wmav2"),
    "3gp": ("-c:v", "mpeg4", "-c:a", "aac"),
    "wav": ("-vn",),
    "mp3": ("-vn",),
    "flac": ("-vn",),
    "ogg": ("-vn", "-c:a", "libvorbis"),
}
"""How the media are made that are then damaged, by the end of their name."""

_NUMBERS = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x00010000, 0x000F4240)
_HEAD = 3000
"""Bytes at either end of a file in which its numbers stand."""

Damage = Callable[[bytearray, random.Random], bytes]


def _bytes_changed(content: bytearray, chance: random.Random) -> bytes:
    for _ in range(2 ** chance.randrange(0, 9)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def _numbers_changed(content: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(min(_HEAD, len(content) - 4))
        place = chance.choice((place, len(content) - 4 - place))
        order = chance.choice(("big", "little"))
        content[place : place + 4] = chance.choice(_NUMBERS).to_bytes(4, order)  # type: ignore[arg-type]
    return bytes(content)


def _end_missing(content: bytearray, chance: random.Random) -> bytes:
    return bytes(content[: chance.randrange(1, len(content))])


def _beginning_missing(content: bytearray, chance: random.Random) -> bytes:
    return bytes(content[chance.randrange(1, len(content)) :])


def _part(content: bytearray, chance: random.Random) -> slice:
    first = chance.randrange(len(content))
    return slice(first, first + chance.randrange(1, 1 + len(content) // 3))


def _part_missing(content: bytearray, chance: random.Random) -> bytes:
    del content[_part(content, chance)]
    return bytes(content)


def _part_empty(content: bytearray, chance: random.Random) -> bytes:
    part = _part(content, chance)
    content[part] = bytes(len(content[part]))
    return bytes(content)


def _part_moved(content: bytearray, chance: random.Random) -> bytes:
    part = content[_part(content, chance)]
    place = chance.randrange(len(content))
    content[place : place + len(part)] = part
    return bytes(content)


_DAMAGES: tuple[Damage, ...] = (
    *(_bytes_changed, _numbers_changed, _numbers_changed, _end_missing, _beginning_missing),
    *(_part_missing, _part_empty, _part_moved),
)


def sources(folder: Path) -> list[Path]:
    """Make what is damaged afterwards."""
    paths = [folder / f"whole.{ending}" for ending in SOURCES]
    for path, output in zip(paths, SOURCES.values(), strict=True):
        ffmpeg(*_PICTURE, *_SOUND, *output, path)
    return paths


def damaged(whole: Sequence[Path], seed: int) -> bytes:
    """Return one of some files with one damage; a seed gives the same each time."""
    chance = random.Random(seed)  # noqa: S311 - it keeps no secret
    content = bytearray(whole[seed % len(whole)].read_bytes())
    return chance.choice(_DAMAGES)(content, chance)


def costly(folder: Path) -> Iterator[Path]:
    """Make files whose few bytes ask for much: memory, streams, channels, frames, samples."""
    giant = folder / "references.mp4"
    costly_picture(giant, "7680x4320")
    yield giant
    yield _made(folder / "tracks.mkv", *_SOUND, *("-map", "0") * 100, "-c:a", "pcm_s16le")
    channels = ("-af", "aformat=channel_layouts=7.1", "-ar", "192000", "-c:a", "pcm_f64le")
    yield _made(folder / "channels.mkv", *_SOUND, *channels)
    slow = ("-f", "s8", "-ar", "1", "-i", "/dev/zero", "-t", "200000", "-c:a", "pcm_u8")
    yield _made(folder / "slow.wav", *slow)
    fast = ("-f", "lavfi", "-i", "testsrc2=size=16x16:rate=1000000:duration=0.02")
    yield _made(folder / "fast.mp4", *fast, *_H264)
    yield _made(folder / "narrow.mkv", *_pattern("16384x16"), *_H264)


def costly_picture(path: Path, size: str) -> None:
    """Write a grey film of some KB whose decoder has to keep sixteen pictures in full colour."""
    keep = "ref=16:bframes=8:b-pyramid=normal:crf=51:b-adapt=0:subme=0:me=dia:rc-lookahead=0"
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-x264-params", keep)
    grey = ("-f", "lavfi", "-i", f"color=gray:size={size}:rate=30", "-frames:v", "26")
    ffmpeg(*grey, *coded, "-pix_fmt", "yuv444p10le", path)


def _pattern(size: str) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=30:duration=1")


def _made(path: Path, *arguments: str) -> Path:
    ffmpeg(*arguments, path)
    return path


@dataclass
class Found:
    """What became of all files."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0
    largest: float = 0.0
    """Megabytes of the largest ffmpeg or ffprobe."""

    def take(self, program: AnalysisProgram[Any], path: Path, name: str) -> None:
        """Let a program judge a file."""
        begun = time.monotonic()
        request = program.request.model_validate({"s3_bucket": "-", "s3_key": "-"})
        try:
            analyze_file(program, path, request)
        except Refused as refused:
            self.outcomes[f"{program.name}: {refused.problem.error}"] += 1
            one_line = "\n" not in refused.sentence and "/proc" not in refused.sentence
            if refused.problem not in _FINAL or not one_line:
                self.wrong.append(f"{program.name} {name}: {refused.sentence}")
        except Exception as error:  # noqa: BLE001 - each is a finding
            self.outcomes[f"{program.name}: {type(error).__name__}"] += 1
            self.wrong.append(f"{program.name} {name}: {error!r}")
        else:
            self.outcomes[f"{program.name}: judged"] += 1
        self.slowest = max(self.slowest, time.monotonic() - begun)


def judged(whole: Sequence[Path], seeds: range, others: Sequence[Path], folder: Path) -> Found:
    """Let both programs judge damaged files and others; in a process of its own, to measure it."""
    found = Found()
    path = folder / "damaged"
    for seed in seeds:
        path.write_bytes(damaged(whole, seed))
        for program in PROGRAMS:
            found.take(program, path, f"seed {seed}")
    for other in others:
        for program in PROGRAMS:
            found.take(program, other, other.name)
    found.largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    return found


def main() -> None:
    """Judge so many files from a first seed on, with 0 the costly ones; fail if one goes wrong."""
    first, count = (int(value) for value in (*sys.argv[1:], "0", "1000")[:2])
    os.environ.update(TOOLS)
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(1) as process:
        folder = Path(scratch)
        # What encodes takes more memory than what decodes, so each has its own process.
        others = [] if first else list(costly(folder))
        work = (sources(folder), range(first, first + count), others, folder)
        found = process.submit(judged, *work).result()
    for outcome, times in sorted(found.outcomes.items()):
        print(f"{times:6} {outcome}")
    print(f"largest ffmpeg: {found.largest:.0f} MB, bound {Limits().decoder_bytes / 1e6:.0f} MB")
    print(f"slowest analysis: {found.slowest:.1f} s")
    for line in found.wrong:
        print(f"WRONG {line}")
    sys.exit(bool(found.wrong))


if __name__ == "__main__":
    main()
