"""How long an analysis takes in a running pod, and how much memory."""

import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.analyzers.encode import ffmpeg, write_sound, write_video
from benchmarks.analyzers.memory import sampled, taken
from benchmarks.analyzers.scenes import Scene
from benchmarks.analyzers.tools import TOOLS
from benchmarks.analyzers.voices import ALIVE, voice
from containers.analyzer.tests.cloud import KEY, Cloud
from containers.analyzer.tests.processes import Pod
from containers.model_store.tests.emulated import Emulator

MEDIA = "60 s, 1280x720, 30 frames a second, H.264 and AAC"
_SECONDS = 60
_PART_SECONDS = 5
_ROUNDS = 3


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One program on the stated media."""

    module: str
    seconds: list[float]
    """From the request to the answer, the download from S3 included."""

    decode_seconds: list[float]
    """Of ffmpeg alone, to nowhere."""

    idle_bytes: int
    busy_bytes: int


def stated_media(folder: Path) -> Path:
    """Make the clip: a few seconds of scene and voice, again and again."""
    picture, sound, path = folder / "p.mp4", folder / "s.m4a", folder / "clip.mp4"
    scene = Scene(seed=1, width=1280, height=720, frames=_PART_SECONDS * 30)
    write_video(scene, picture)
    write_sound(voice(ALIVE, 1, _PART_SECONDS), sound, "-ar", "48000", "-b:a", "128k")
    again = ("-stream_loop", str(_SECONDS // _PART_SECONDS - 1))
    parts = (*again, "-i", picture, *again, "-i", sound)
    ffmpeg(*parts, "-t", str(_SECONDS), "-c", "copy", "-movflags", "+faststart", path)
    return path


def measured(module: str, media: Path, folder: Path) -> Measured:
    """Let a pod analyse the media some times, in turn with ffmpeg alone."""
    stream = "0:a:0" if module == "audio_analyzer" else "0:v:0"
    seconds, decode_seconds, peaks = [], [], []
    with Emulator() as emulator:
        cloud = Cloud(emulator)
        cloud.upload(media.read_bytes())
        with Pod(module, emulator, cloud, folder) as pod:
            idle = taken(pod.pid)
            for _ in range(_ROUNDS):
                with sampled(pod.pid) as samples:
                    seconds.append(_timed(lambda: _ask(pod, cloud)))
                peaks.append(max(samples))
                decode_seconds.append(_timed(lambda: _decode(media, stream)))
    return Measured(
        module=module,
        seconds=seconds,
        decode_seconds=decode_seconds,
        idle_bytes=idle,
        busy_bytes=round(statistics.median(peaks)),
    )


def _ask(pod: Pod, cloud: Cloud) -> None:
    pod.post(s3_bucket=cloud.bucket, s3_key=KEY).raise_for_status()


def _decode(media: Path, stream: str) -> None:
    command = [TOOLS["FFMPEG"], "-v", "error", "-threads", "2", "-i", media, "-map", stream]
    subprocess.run([*command, "-f", "null", "-"], check=True)


def _timed(work: Callable[[], None]) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start
