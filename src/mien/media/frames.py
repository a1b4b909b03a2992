"""One frame of a clip or camera: when it was shown, and its picture, upright and in RGB, made when asked for."""

from __future__ import annotations

import struct
import time as clock
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHITE = 255  #: transparent pixels are laid on it, as in photos
#: The display matrix: nine big numbers of 4 bytes, 16.16 fixed point but for the last column (ISO 14496-12, 8.2.2).
_MATRIX = struct.Struct("=9i")


class Turn(NamedTuple):
    """How a stored picture is brought upright: quarter turns to the left, then mirrored."""

    quarters: int = 0
    mirrored: bool = False

    def apply(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self.quarters:
            picture = np.rot90(picture, self.quarters)
        return picture[:, ::-1] if self.mirrored else picture


UPRIGHT = Turn()


def turn_of(matrix: bytes | None) -> Turn:
    """What a display matrix asks for, to the nearest quarter turn; upright when there is none or it makes no sense."""
    if matrix is None or len(matrix) < _MATRIX.size:
        return UPRIGHT
    a, b, _, c, d, *_ = _MATRIX.unpack(matrix[: _MATRIX.size])
    if a * d - b * c == 0:
        return UPRIGHT
    mirrored = a * d - b * c < 0
    if mirrored:  # the matrix mirrors last: without the mirror, what is left is a rotation
        a, c = -a, -c
    # x' = a x + c y, y' = b x + d y, y pointing down: (a, b) is where the picture's own right goes
    quarters = round(-np.arctan2(b, a) / (np.pi / 2)) % 4
    return Turn(int(quarters), mirrored)


@dataclass(slots=True)
class Trouble:
    """What was wrong with a source so far."""

    damaged: int = 0  #: packets that could not be decoded; they were skipped
    ended: str | None = None  #: why it ended early, in plain words: "cut short", "unplugged"; None for a proper end
    lines: list[str] = field(default_factory=list)  #: the same for people, one line each


class Frame:
    """A frame as it came: its time, its size, and the picture when asked for.

    `time` in seconds from the first frame; `index` counts the frames of the source from 0, dropped ones too; `arrived`
    is when it was decoded, on the clock of `time.monotonic`; `stamp` the source's own time stamp in seconds (what an
    audio track beside it is timed by), None where there is none.
    """

    def __init__(
        self, image: Any, time: float, index: int, turn: Turn = UPRIGHT, aspect: float = 1.0, stamp: float | None = None
    ) -> None:
        self._image = image  # av.VideoFrame, or an upright HxWx3 array
        self.time, self.index, self.stamp = time, index, stamp
        self.arrived = clock.monotonic()
        self._turn, self._aspect = turn, aspect

    @property
    def width(self) -> int:
        return self.size[0]

    @property
    def height(self) -> int:
        return self.size[1]

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright picture, its pixels square."""
        if isinstance(self._image, np.ndarray):
            return int(self._image.shape[1]), int(self._image.shape[0])
        wide, high = self._stored()
        return (high, wide) if self._turn.quarters % 2 else (wide, high)

    @cached_property
    def picture(self) -> NDArray[np.uint8]:
        """HxWx3 uint8 RGB, upright; transparent pixels laid on white."""
        if isinstance(self._image, np.ndarray):
            return self._image
        return self.scaled(1.0)

    def scaled(self, scale: float) -> NDArray[np.uint8]:
        """The picture made `scale` (0..1) times as large, straight from the stored pixels."""
        if isinstance(self._image, np.ndarray):
            wide, high = _sides(self.size, scale)
            if (wide, high) == self.size:
                return self._image
            return np.asarray(Image.fromarray(self._image).resize((wide, high), Image.Resampling.BILINEAR))
        wide, high = _sides(self._stored(), scale)
        see_through = any(part.is_alpha for part in self._image.format.components) or self._image.format.name == "pal8"
        # One thread: handing slices of a small picture around takes longer than converting it.
        image = self._image.reformat(wide, high, "rgba" if see_through else "rgb24", threads=1)
        stored = image.to_ndarray()
        return np.ascontiguousarray(self._turn.apply(on_white(stored) if see_through else stored))

    def _stored(self) -> tuple[int, int]:
        """Width and height as stored, but for pixels that are not square: those are widened."""
        return max(1, round(self._image.width * self._aspect)), self._image.height


def _sides(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def on_white(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """HxWx4 -> HxWx3, laid on white."""
    if rgba[..., 3].min(initial=WHITE) == WHITE:
        return np.ascontiguousarray(rgba[..., :3])
    ground = Image.new("RGBA", (rgba.shape[1], rgba.shape[0]), (WHITE,) * 4)
    ground.alpha_composite(Image.fromarray(rgba))
    return np.asarray(ground.convert("RGB"))
