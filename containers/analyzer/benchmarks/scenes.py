"""Videos like those of a camera, made from numbers: clean, tampered with, cut, dark."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_MARGIN = 48
"""Pixels around the picture that the camera may sway into."""

_BLUR_SHARE = 0.06
_NOISE = 2.0
"""Of the sensor, in grey levels."""

_TAMPERED_HEIGHT = 0.3
"""Of the picture: about what a face takes."""


@dataclass(frozen=True, kw_only=True)
class VideoScene:
    """One video: everything about it follows from these values."""

    seed: int
    width: int = 320
    height: int = 240
    frames: int = 90
    light: float = 1.0
    """1 by day, 0.06 in the dark."""

    cut: int | None = None
    """The frame at which another scene begins."""

    tampered: range = range(0)
    """Frames in which a part of the picture was replaced."""


def pictures(scene: VideoScene) -> Iterator[Picture]:
    """Give the frames, as BGR."""
    chance = np.random.default_rng(scene.seed)
    world = _World(chance, scene)
    for number in range(scene.frames):
        if number == scene.cut:
            world = _World(chance, scene)
        picture = world.at(number)
        if number in scene.tampered:
            replace_a_part(picture, chance)
        noise = chance.normal(0, _NOISE, picture.shape)
        yield np.clip(picture * scene.light + noise, 0, 255).astype(np.uint8)


class _World:
    """A textured wall, a camera that sways, and something that moves before it."""

    def __init__(self, chance: np.random.Generator, scene: VideoScene) -> None:
        self._size = (scene.width, scene.height)
        room = (scene.height + 2 * _MARGIN, scene.width + 2 * _MARGIN)
        self._wall = _texture(chance, room)
        self._thing = _texture(chance, (scene.height // 4, scene.height // 4))
        self._sway = chance.uniform(4, 14, 2)
        self._pace = chance.uniform(25, 60, 2)
        self._speed = chance.uniform(0.3, 1.5)

    def at(self, number: int) -> NDArray[np.float32]:
        width, height = self._size
        x, y = _MARGIN + self._sway * np.sin(number / self._pace)
        centre = (x + (width - 1) / 2, y + (height - 1) / 2)
        picture = cv2.getRectSubPix(self._wall, (width, height), centre)
        side = self._thing.shape[0]
        across = width - side - 1
        left = across - abs(across - int(self._speed * number) % (2 * across))
        top = height // 2
        picture[top : top + side, left : left + side] = self._thing
        return np.asarray(picture, np.float32)


def _texture(chance: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Give something with edges and gradients of all sizes."""
    coarse = chance.uniform(0, 1, (*shape, 3)).astype(np.float32)
    total = np.zeros_like(coarse)
    for share in (_BLUR_SHARE, _BLUR_SHARE / 4, _BLUR_SHARE / 12):
        layer = cv2.GaussianBlur(coarse, (0, 0), share * shape[0])
        total += (layer - layer.mean()) / layer.std()
    return np.asarray(np.clip(128 + 30 * total, 0, 255), np.float32)


def replace_a_part(picture: NDArray[np.float32], chance: np.random.Generator) -> None:
    """Do what a bad face swap does: another face in each frame, blurred, not quite in its place."""
    side = int(picture.shape[0] * _TAMPERED_HEIGHT)
    top, left = picture.shape[0] // 5, picture.shape[1] // 3
    part = picture[top : top + side, left : left + side]
    other = cv2.GaussianBlur(part, (0, 0), side * chance.uniform(0.02, 0.08))
    shift = chance.uniform(-0.1, 0.1, 2) * side
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    moved = cv2.warpAffine(other, matrix, (side, side), borderMode=cv2.BORDER_REFLECT)
    part[:] = moved + chance.uniform(-20, 20)
