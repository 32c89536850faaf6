"""Between two noises."""

import numpy as np
import pytest

from composer.interpolation import Noise, between


def _noise(seed: int) -> Noise:
    return np.random.default_rng(seed).normal(size=(1, 4, 64, 128)).astype(np.float32)


@pytest.mark.parametrize("alpha", [0, 0.25, 0.5, 1])
def test_what_lies_between_noises_is_as_loud_as_they_are(alpha: float) -> None:
    """Their mean would be a third fainter in the middle, and the network takes that for mist."""
    found = between(_noise(1), _noise(2), alpha)

    assert found.std() == pytest.approx(1, abs=0.02)


def test_both_ends_are_the_noises_themselves() -> None:
    """So that the next segment can go on from there."""
    first, second = _noise(1), _noise(2)

    assert np.allclose(between(first, second, 0), first, atol=1e-6)
    assert np.allclose(between(first, second, 1), second, atol=1e-6)


def test_it_comes_closer_step_by_step() -> None:
    """To the second, and away from the first."""
    first, second = _noise(1), _noise(2)

    alike = [np.vdot(between(first, second, alpha), second) for alpha in (0, 0.3, 0.6, 1)]

    assert alike == sorted(alike)


def test_between_a_noise_and_itself_there_is_nothing_else() -> None:
    """Without a division by zero."""
    assert np.allclose(between(_noise(1), _noise(1), 0.5), _noise(1))
