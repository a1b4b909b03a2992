"""The pixel steps of preprocessing, each a small value that takes N x H x W grey faces and gives as many.

All are numpy alone and treat every face by itself, so a face comes out the same in training, in a batch or on its own.
`mien.expression.preprocess.Preprocess` names and chains them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from mien.expression.alignment import level
from mien.expression.equalisation import clahe, equalise

Faces = NDArray[np.uint8]

#: ITU-R 601-2 luma of red, green and blue, the grey of FER2013.
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


class Step(Protocol):
    """A named step; `spec` is the text that `Preprocess.parse` reads."""

    @property
    def spec(self) -> str: ...
    def __call__(self, faces: Faces) -> Faces: ...


class Named:
    """Spells a step as its name and its values: `clahe:2,4`."""

    name: ClassVar[str]

    @property
    def spec(self) -> str:
        values = ",".join(plain(getattr(self, f.name)) for f in fields(self))  # type: ignore[arg-type]
        return f"{self.name}:{values}" if values else self.name


def plain(value: float) -> str:
    """A number without a needless ".0", so that it reads back as the same number."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


@dataclass(frozen=True)
class Grey(Named):
    """Colour to grey by ITU-R 601-2 luma; takes N x H x W x 3 as well, and leaves grey faces as they are."""

    name = "grey"

    def __call__(self, faces: Faces) -> Faces:
        return faces if faces.ndim == 3 else to_bytes(faces.astype(np.float32) @ LUMA)


@dataclass(frozen=True)
class Denoise(Named):
    """Gaussian blur; `sigma` in pixels of the 48 x 48 face. The face's edge is repeated outwards."""

    sigma: float
    name = "denoise"

    def __call__(self, faces: Faces) -> Faces:
        _, height, width = faces.shape
        blurred: NDArray[Any] = self._blur(height) @ faces.astype(np.float32) @ self._blur(width).T
        return to_bytes(blurred)

    def _blur(self, length: int) -> NDArray[np.float32]:
        """length x length: how much each pixel of a row counts in each blurred one; cut at 4 sigma."""
        radius = math.ceil(4 * self.sigma)
        taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / self.sigma) ** 2)
        taps /= taps.sum()
        weights = np.zeros((length, length))
        rows = np.arange(length)
        for tap, offset in zip(taps, range(-radius, radius + 1), strict=True):
            np.add.at(weights, (rows, np.clip(rows + offset, 0, length - 1)), tap)
        return weights.astype(np.float32)


@dataclass(frozen=True)
class Equalise(Named):
    """Histogram equalisation of the whole face (Gonzalez and Woods, Digital Image Processing, section 3.3)."""

    name = "equalise"

    def __call__(self, faces: Faces) -> Faces:
        return equalise(faces)


@dataclass(frozen=True)
class Clahe(Named):
    """Contrast-limited adaptive histogram equalisation (Zuiderveld 1994).

    `clip`: how many times its even share a grey level may count, from 1 (hardly any change) up; `tiles` a side.
    """

    clip: float = 2.0
    tiles: int = 4
    name = "clahe"

    def __call__(self, faces: Faces) -> Faces:
        return clahe(faces, self.clip, int(self.tiles))


@dataclass(frozen=True)
class Brightness(Named):
    """Multiply by `gain`; what gets brighter than 255 is cut off."""

    gain: float
    name = "brightness"

    def __call__(self, faces: Faces) -> Faces:
        return _by_table(faces, lambda grey: grey * self.gain)


@dataclass(frozen=True)
class Contrast(Named):
    """Stretch the distances from the face's mean grey by `factor`, cut off at 0 and 255."""

    factor: float
    name = "contrast"

    def __call__(self, faces: Faces) -> Faces:
        mean = faces.mean((1, 2), keepdims=True, dtype=np.float32)
        return to_bytes((faces - mean) * np.float32(self.factor) + mean)


@dataclass(frozen=True)
class Gamma(Named):
    """255 (x / 255) ^ `gamma`: below 1 lifts the shadows, above 1 deepens them."""

    gamma: float
    name = "gamma"

    def __call__(self, faces: Faces) -> Faces:
        return _by_table(faces, lambda grey: 255 * (grey / 255) ** self.gamma)


@dataclass(frozen=True)
class Align(Named):
    """Turn each face upright about its middle, as far as its landmarks say it is tilted.

    A face on which the landmark network is not sure stays as it is (see `mien.expression.alignment`).
    """

    name = "align"

    def __call__(self, faces: Faces) -> Faces:
        return level(faces)


def to_bytes(x: NDArray[Any]) -> Faces:
    """Rounded and cut off at 0 and 255."""
    rounded: Faces = np.clip(np.rint(x), 0, 255).astype(np.uint8)
    return rounded


def _by_table(faces: Faces, curve: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Faces:
    looked_up: Faces = to_bytes(curve(np.arange(256.0)))[faces]
    return looked_up
