"""Who paints the pictures that become sound: the place where one network takes another's."""

from typing import Protocol

from composer.plan import Clip
from composer.spectrogram import Picture


class Painter(Protocol):
    """Paints spectrograms."""

    def paint(self, seed_clip: Picture, clip: Clip) -> Picture:
        """Return a picture as large as that of the seed clip; equal clips have equal pictures."""
