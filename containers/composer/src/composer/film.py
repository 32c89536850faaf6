"""The video with its new sound, as browsers play it."""

from pathlib import Path

import numpy as np

from composer.mixing import Stereo
from composer.spectrogram import RATE, Sound
from step.ending import Failed, Unusable
from step.media import decode, encode, ffmpeg, probe, source

_CROSSFADE_SECONDS = 1.0
"""From the mix to the video's own sound, where that goes on after it."""

_ENCODE = (
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p"),
    # Each holds pictures of its own: as many as a large machine has would take its memory.
    *("-threads", "4"),
)
_DRAWN_RATE = 8000


def check(video: Path) -> None:
    """Raise `Unusable` if there is no picture to which music could be heard."""
    if not probe(video).picture:
        sentence = "There is no picture in this file: music is put under videos only"
        raise Unusable(sentence)


def stereo(path: Path, seconds: float) -> Stereo:
    """Return the sound of a file, so much of it at most."""
    decoded = decode(path, rate=RATE, channels=2, seconds=seconds)
    return np.frombuffer(decoded, np.float32).reshape(-1, 2)


def write_sound(sound: Sound | Stereo, to: Path) -> None:
    channels = sound.shape[1] if sound.ndim > 1 else 1
    encode(np.ascontiguousarray(sound).tobytes(), to, rate=RATE, channels=channels)


def write(video: Path, mix: Path, to: Path, *, seconds: float) -> None:
    """Put a mix of so many seconds under a video; what lasts longer keeps its own sound there."""
    media = probe(video)
    rest = media.sound and media.seconds > seconds + _CROSSFADE_SECONDS
    sound = _and_the_rest(seconds, media.seconds) if rest else ("-map", "1:a:0")
    ffmpeg(
        *("-fflags", "+genpts", *source(video), *source(mix)),
        *("-map", "0:V:0", *sound, *(("-c:v", "copy") if _is_h264(video) else _ENCODE)),
        *("-c:a", "aac", "-b:a", "192k"),
        # Telephones write where they were.
        *("-map_metadata", "-1", "-map_chapters", "-1"),
        # The index comes first, so that a browser plays what it has.
        *("-movflags", "+faststart", "-f", "mp4", "-y", f"file:{to}"),
    )


def heard(film: Path) -> tuple[float, Sound]:
    """Return how long a finished film lasts, and its sound, fine enough to draw."""
    samples = decode(film, rate=_DRAWN_RATE, channels=1)
    return probe(film).seconds, np.frombuffer(samples, np.float32)


def _and_the_rest(seconds: float, whole: float) -> tuple[str, ...]:
    begin = seconds - _CROSSFADE_SECONDS
    # Its own sound may have ended before: then there is silence to go on with.
    cut = f"atrim=start={begin:.3f},asetpts=PTS-STARTPTS,apad=whole_dur={whole - begin:.3f}"
    alike = f"aformat=sample_fmts=fltp:sample_rates={RATE}:channel_layouts=stereo"
    late = "aresample=async=1:first_pts=0"
    graph = (
        f"[0:a:0]{late},{cut},{alike}[rest];[1:a:0]{alike}[mix];"
        f"[mix][rest]acrossfade=d={_CROSSFADE_SECONDS:g}[sound]"
    )
    return ("-filter_complex", graph, "-map", "[sound]")


def _is_h264(video: Path) -> bool:
    """Say whether all browsers decode the picture: this filter takes nothing but H.264."""
    one = ("-map", "0:V:0", "-c", "copy", "-bsf", "h264_mp4toannexb", "-frames", "1")
    try:
        ffmpeg(*source(video), *one, "-f", "null", "-")
    except Failed:
        return False
    return True
