"""The music of a whole video, from its segments."""

import math
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from composer.painter import Painter
from composer.plan import Clip, clips
from composer.seed_clip import seed_clip
from composer.spectrogram import BANDS, COLUMNS, HOP, RATE, Picture, Sound, picture, sound
from composer.styles import STYLES
from composer.timeline import Timeline

_FADE_SECONDS = 0.24
"""How long one clip fades into the next: what a picture lasts beyond the ten seconds."""

_END_SECONDS = 2.0
"""How long the music fades out at its end."""

_SMALLEST = 1e-6
_THREADS = 2
"""Each takes 0.3 GB and is as quick as the network of a fast GPU."""


def compose(timeline: Timeline, seed: int, painter: Painter) -> Sound:
    """Return music as long as the timeline, all of it as loud; equal calls return equal music."""
    music = np.zeros(round(timeline.seconds * RATE), np.float32)
    # While the network paints a clip on the GPU, processors look for the phases of those before.
    with ThreadPoolExecutor(_THREADS) as pool:
        for clip, sounding in list(_sounding(timeline, seed, painter, pool)):
            _add(music, clip, sounding.result())
    end = min(len(music), round(_END_SECONDS * RATE))
    music[len(music) - end :] *= np.linspace(1, 0, end, dtype=np.float32)
    return music


def _sounding(
    timeline: Timeline, seed: int, painter: Painter, pool: ThreadPoolExecutor
) -> Iterator[tuple[Clip, "Future[Sound]"]]:
    prompts = {emotion: style.prompt for emotion, style in STYLES.items()}
    begins = [_begin(timeline, number, seed) for number in range(len(timeline.segments))]
    for number, clip in enumerate(clips(timeline, prompts, seed)):
        painted = painter.paint(begins[clip.segment], clip)
        columns = math.ceil((clip.end - clip.start + _FADE_SECONDS) * RATE / HOP)
        chance = np.random.default_rng([seed, number])
        yield clip, pool.submit(sound, painted[:BANDS, : min(columns, COLUMNS)], chance)


def _begin(timeline: Timeline, number: int, seed: int) -> Picture:
    style = STYLES[timeline.segments[number].emotion]
    return picture(seed_clip(style, np.random.default_rng([seed, number])))


def _add(music: Sound, clip: Clip, heard: Sound) -> None:
    """Lay a clip into the music, at equal power where it meets its neighbours."""
    loudness = max(float(np.sqrt(np.mean(heard**2))), _SMALLEST)
    fade = np.sin(np.linspace(0, np.pi / 2, round(_FADE_SECONDS * RATE), dtype=np.float32))
    length = min(len(heard), round((clip.end - clip.start + _FADE_SECONDS) * RATE))
    shaped = heard[:length] / np.float32(loudness)
    shaped[: len(fade)] *= fade
    shaped[length - len(fade) :] *= fade[::-1]
    start = round(clip.start * RATE)
    room = music[start : start + length]
    room += shaped[: len(room)]
