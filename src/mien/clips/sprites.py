"""Small drawings with soft edges, made once and laid over many frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mien.media.drawing import Canvas

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Sprite(NamedTuple):
    """A drawing ready to be laid over pixels: `colour` HxWx3, already multiplied by its cover (HxWx4 with the cover
    itself, for grounds that are transparent); `through` HxWx1, how much of the ground shows, 0..255. Both uint16."""

    colour: NDArray[np.uint16]
    through: NDArray[np.uint16]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.colour.shape[1], self.colour.shape[0]

    @classmethod
    def of_rgba(cls, rgba: NDArray[np.uint8], channels: int = 3) -> Sprite:
        """From HxWx4 uint8 whose colours are multiplied by alpha. channels: of the pictures it is laid over."""
        wide = rgba.astype(np.uint16)
        return cls(wide[..., :channels], 255 - wide[..., 3:])

    @classmethod
    def drawn(cls, width: int, height: int, draw: Callable[[Canvas], None]) -> Sprite:
        """What `draw` paints on a canvas: painted on black and on white, their difference tells how much shows through
        (Smith and Blinn, "Blue Screen Matting", SIGGRAPH 1996)."""
        black, white = (
            Canvas(np.zeros((height, width, 3), np.uint8)),
            Canvas(np.full((height, width, 3), 255, np.uint8)),
        )
        draw(black)
        draw(white)
        dark = black.pixels.astype(np.uint16)
        through = np.maximum(white.pixels.astype(np.uint16), dark) - dark
        return cls(dark, through.mean(axis=2, keepdims=True).astype(np.uint16))

    def faded(self, share: float) -> Sprite:
        """The same with only a share (0..1) of its cover."""
        weight = np.uint16(round(255 * min(1.0, max(0.0, share))))
        return Sprite(_divided(self.colour * weight), 255 - _divided((255 - self.through) * weight))

    def over(self, picture: NDArray[np.uint8], x: int, y: int) -> None:
        """Lay the drawing over a picture, its left upper corner at (x, y); what lies outside is cut off.

        picture: HxWx3, or HxWx4 with colours multiplied by alpha, as the sprite was made for.
        """
        width, height = self.size
        left, top = max(0, x), max(0, y)
        right, bottom = min(picture.shape[1], x + width), min(picture.shape[0], y + height)
        if left >= right or top >= bottom:
            return
        part = np.s_[top - y : bottom - y, left - x : right - x]
        ground = picture[top:bottom, left:right]
        ground[...] = np.minimum(self.colour[part] + _divided(ground * self.through[part]), 255)


def _divided(product: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Products of two bytes over 255, rounded."""
    half = product + np.uint16(128)
    done: NDArray[np.uint16] = (half + (half >> np.uint16(8))) >> np.uint16(8)
    return done
