"""Music under a voice."""

import numpy as np
import pytest

from composer.mixing import Stereo, fitted, mixed, peaks, speech_loudness
from composer.spectrogram import RATE, Sound


def _noise(seconds: float, loudness: float, seed: int = 1) -> Sound:
    chance = np.random.default_rng(seed)
    return (chance.normal(size=int(seconds * RATE)) * loudness).astype(np.float32)


def _stereo(sound: Sound) -> Stereo:
    return np.stack([sound, sound], axis=1)


def _rms(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))


@pytest.mark.parametrize("loudness", [0.02, 0.1])
def test_music_is_three_decibels_under_the_voice(loudness: float) -> None:
    """However loud it came and however loud somebody speaks."""
    voice = _noise(4, loudness)

    _, under = mixed(_stereo(voice), _noise(4, 0.9, 2))

    assert 20 * np.log10(_rms(under) / loudness) == pytest.approx(-3, abs=0.1)


def test_pauses_do_not_make_the_music_fainter() -> None:
    """The voice is measured where there is one."""
    voice = np.concatenate([_noise(2, 0.1), np.zeros(8 * RATE, np.float32)])

    assert speech_loudness(_stereo(voice)) == pytest.approx(0.1, rel=0.05)


def test_where_nobody_speaks_the_music_has_a_loudness_of_its_own() -> None:
    """It neither vanishes with the voice nor fills the whole range."""
    _, under = mixed(np.zeros((2 * RATE, 2), np.float32), _noise(2, 0.9))

    assert 20 * np.log10(_rms(under)) == pytest.approx(-23, abs=0.1)


def test_nothing_is_clipped() -> None:
    """A voice at full scale and the music over it become quieter together."""
    voice = np.sign(_noise(2, 1))

    mix, under = mixed(_stereo(voice), _noise(2, 0.1, 2))

    assert np.abs(mix).max() == pytest.approx(0.89, abs=0.001)
    voice_left = mix[:, 0] - under
    assert 20 * np.log10(_rms(under) / _rms(voice_left)) == pytest.approx(-3, abs=0.1)


def test_the_voice_is_as_before_where_there_is_room() -> None:
    """Mixing changes the music only."""
    voice = _noise(2, 0.05)

    mix, under = mixed(_stereo(voice), _noise(2, 0.3, 2))

    assert np.allclose(mix[:, 1] - under, voice, atol=1e-6)


def test_a_waveform_has_256_heights() -> None:
    """The loudest is 1, whatever that was; silence stays flat."""
    sound = np.concatenate([np.zeros(1000, np.float32), np.full(1000, 0.2, np.float32)])

    found = peaks(sound)

    assert len(found) == 256
    assert (found[0], found[-1]) == (0, 1)
    assert peaks(np.zeros(1000, np.float32)) == [0] * 256
    assert len(peaks(np.zeros(0, np.float32))) == 256


def test_vocals_are_made_as_long_as_the_video() -> None:
    """Coded sound ends a little early or late."""
    sound = np.ones((10, 2), np.float32)

    assert fitted(sound, 12)[:, 0].tolist() == [1] * 10 + [0] * 2
    assert fitted(sound, 8).shape == (8, 2)
