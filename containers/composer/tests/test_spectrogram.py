"""Sound to picture and back."""

import numpy as np
import pytest

from composer.seed_clip import seed_clip
from composer.spectrogram import BANDS, COLUMNS, HOP, RATE, Sound, picture, sound
from composer.styles import STYLES
from composer.timeline import Emotion


def _tone(hertz: float, seconds: float = 2) -> Sound:
    times = np.arange(int(seconds * RATE)) / RATE
    return np.asarray(np.sin(2 * np.pi * hertz * times), np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


@pytest.mark.parametrize("hertz", [60, 440, 3000, 9000])
def test_a_tone_is_a_dark_line_at_its_place_on_the_mel_scale(hertz: float) -> None:
    """The bands lie evenly in mel up to 10 kHz, the highest on top."""
    drawn = picture(_tone(hertz), 200)

    band = BANDS - 1 - int(drawn[:, 100].argmin())
    assert band == pytest.approx(_mel(hertz) / _mel(10_000) * (BANDS + 1) - 1, abs=1.5)
    assert drawn[:, 100].min() < 40
    assert np.median(drawn[:, 100]) > 200


def test_a_column_is_ten_milliseconds() -> None:
    """Sound that begins after one second begins in column 100."""
    drawn = picture(np.concatenate([np.zeros(RATE, np.float32), _tone(440, 1)]), 200)

    assert drawn[:, 80].min() == 255
    assert drawn[:, 120].min() < 40


def test_a_picture_is_as_dark_as_the_fourth_root_of_the_loudness() -> None:
    """A sixteenth of the amplitude is half as dark."""
    both = np.concatenate([_tone(440, 1), _tone(440, 1) / 16])

    drawn = 255 - picture(both, 200).astype(int)

    assert drawn[:, 150].max() / drawn[:, 50].max() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("hertz", [110, 440, 5000])
def test_a_tone_comes_back_from_its_picture(hertz: float) -> None:
    """At its height, and as long as the picture."""
    found = sound(picture(_tone(hertz), 200), np.random.default_rng(1))

    assert len(found) == 200 * HOP
    loudest = int(np.abs(np.fft.rfft(found)).argmax()) * RATE / len(found)
    assert loudest == pytest.approx(hertz, abs=max(6, hertz * 0.01))


def test_music_looks_after_the_way_back_as_before() -> None:
    """The phases found fit the picture: on average within two hundredths of black."""
    drawn = picture(seed_clip(STYLES[Emotion.JOY], np.random.default_rng(1)))[:, :300]

    again = picture(sound(drawn, np.random.default_rng(1)), 300)

    inner = slice(20, 280)
    difference = np.abs(again[:, inner].astype(int) - drawn[:, inner].astype(int))
    assert difference.mean() < 0.02 * 255


def test_the_same_chance_finds_the_same_sound() -> None:
    """And another one another."""
    drawn = picture(_tone(440, 0.5), 50)

    found = [sound(drawn, np.random.default_rng(seed)) for seed in (1, 1, 2)]

    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


@pytest.mark.parametrize("emotion", Emotion)
def test_a_seed_clip_fills_a_picture(emotion: Emotion) -> None:
    """For each emotion, to its end, and other for each seed."""
    clips = [seed_clip(STYLES[emotion], np.random.default_rng(seed)) for seed in (1, 2)]

    assert clips[0].shape == (COLUMNS * HOP,)
    assert np.abs(clips[0][-RATE:]).max() > 0.01
    assert np.abs(clips[0]).max() == 1
    assert not np.array_equal(clips[0], clips[1])


def test_a_seed_clip_has_the_tempo_of_its_emotion() -> None:
    """Thumps of anger come 150 to 180 times a minute, each second one being a hiss."""
    played = seed_clip(STYLES[Emotion.ANGER], np.random.default_rng(1))
    loudness = np.abs(played).reshape(-1, HOP).max(axis=1)
    changes = np.maximum(0, np.diff(loudness))
    changes -= changes.mean()

    alike = np.correlate(changes, changes, "full")[len(changes) :]

    beat = 20 + int(alike[20:60].argmax()) + 1
    assert 150 <= 60 / (beat / 100) <= 182
