"""How long an analysis takes in a running pod, and how much memory."""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from containers.analyzer.benchmarks.encode import ffmpeg, write_sound, write_video
from containers.analyzer.benchmarks.scenes import VideoScene
from containers.analyzer.benchmarks.tools import TOOLS
from containers.analyzer.benchmarks.voices import ALIVE, voice
from containers.analyzer.tests.cloud import KEY, Cloud
from containers.analyzer.tests.processes import Pod
from containers.model_store.benchmarks.measure import sampled, taken
from containers.model_store.tests.emulated import Emulator

MEDIA = "1280x720, 30 frames a second, H.264 and AAC"
LENGTHS = (10, 60)
_PART_SECONDS = 5
_ROUNDS = 3
_SECONDS_BETWEEN_SAMPLES = 0.02


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One program on the stated media."""

    module: str
    length: int
    seconds: list[float]
    """From the request to the answer, the download from S3 included."""

    cpu_seconds: list[float]
    """Of the pod's processes together."""

    decode_seconds: list[float]
    """Of ffmpeg alone, to nowhere."""

    decode_cpu_seconds: list[float]

    idle_bytes: int
    busy_bytes: int


def stated_media(folder: Path) -> dict[int, Path]:
    """Make the clips by length: a few seconds of scene and voice, again and again."""
    picture, sound = folder / "p.mp4", folder / "s.m4a"
    scene = VideoScene(seed=1, width=1280, height=720, frames=_PART_SECONDS * 30)
    write_video(scene, picture)
    write_sound(voice(ALIVE, 1, _PART_SECONDS), sound, "-ar", "48000", "-b:a", "128k")
    clips = {length: folder / f"{length}.mp4" for length in LENGTHS}
    for length, path in clips.items():
        again = ("-stream_loop", str(length // _PART_SECONDS - 1))
        parts = (*again, "-i", picture, *again, "-i", sound)
        ffmpeg(*parts, "-t", str(length), "-c", "copy", "-movflags", "+faststart", path)
    return clips


def measured(module: str, length: int, media: Path, folder: Path) -> Measured:
    """Let a pod analyse the media some times, in turn with ffmpeg alone."""
    stream = "0:a:0" if module == "audio_analyzer" else "0:v:0"
    asked, decoded, peaks = [], [], []
    with Emulator() as emulator:
        cloud = Cloud(emulator)
        cloud.upload(media.read_bytes())
        with Pod(module, emulator, cloud, folder) as pod:
            idle = taken(pod.pid)
            for _ in range(_ROUNDS):
                with sampled(pod.pid, _SECONDS_BETWEEN_SAMPLES) as samples:
                    asked.append(_timed(lambda: _ask(pod, cloud), lambda: cpu_of(pod.pid)))
                peaks.append(max(samples))
                decoded.append(_timed(lambda: _decode(media, stream), _cpu_of_children))
    return Measured(
        module=module,
        length=length,
        seconds=[wall for wall, _ in asked],
        cpu_seconds=[cpu for _, cpu in asked],
        decode_seconds=[wall for wall, _ in decoded],
        decode_cpu_seconds=[cpu for _, cpu in decoded],
        idle_bytes=idle,
        busy_bytes=round(statistics.median(peaks)),
    )


def _ask(pod: Pod, cloud: Cloud) -> None:
    pod.post(s3_bucket=cloud.bucket, s3_key=KEY).raise_for_status()


def _decode(media: Path, stream: str) -> None:
    command = [TOOLS["FFMPEG"], "-v", "error", "-threads", "2", "-i", media, "-map", stream]
    subprocess.run([*command, "-f", "null", "-"], check=True)


def cpu_of(pid: int) -> float:
    """Return the seconds of processors that a process and the children it waited for have had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _timed(work: Callable[[], None], cpu: Callable[[], float]) -> tuple[float, float]:
    """Return seconds by the clock, and those of processors."""
    start, used = time.monotonic(), cpu()
    work()
    return time.monotonic() - start, cpu() - used
