"""From one noise to another by noises that the network takes for such."""

import numpy as np
from numpy.typing import NDArray

Noise = NDArray[np.float32]

_PARALLEL = 0.9995
"""From here on the sine of the angle is too small to divide by."""


def between(first: Noise, second: Noise, alpha: float) -> Noise:
    """Return what lies between two noises, on the arc: on the straight line it would be fainter."""
    lengths = float(np.linalg.norm(first)) * float(np.linalg.norm(second))
    cosine = float(np.vdot(first, second)) / lengths
    if abs(cosine) > _PARALLEL:
        return np.asarray((1 - alpha) * first + alpha * second, np.float32)
    angle = np.arccos(cosine)
    ends = np.sin((1 - alpha) * angle), np.sin(alpha * angle)
    return np.asarray((ends[0] * first + ends[1] * second) / np.sin(angle), np.float32)
