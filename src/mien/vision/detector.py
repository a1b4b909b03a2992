"""Finds faces: a box, a score and five points each, in pictures of any size.

The network sees faces of about 9 to 300 pixels, so a picture is looked at in several scales: the whole of it once
(all that video needs), enlarged or as tiles at full size for small faces, and shrunken for faces that fill the frame.
A face's score is the mean over three looks that should see a face of its size: a chance resemblance at one scale seldom
lasts at another, which removes most of the false boxes. Boxes are merged by weighted non-maximum suppression.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.types import Box
from mien.vision.boxes import FLOOR, SEEN, Floats, Look, agree, merge

Picture = NDArray[np.uint8]

STRIDES = (8, 16, 32)  #: of the network's three levels
QUICK_SIDE = 512  #: the quick look's long side in pixels is at most this
FINE_SIDE = 1024  #: smaller pictures are enlarged to this, at most twice, for their small faces
SHRUNKEN_SIDE = 160  #: long side of the look for faces that fill the frame
MOST_PIXELS = 12_600_000  #: the finest look at a huge photo has at most this many pixels, all looks together twice that
TILE = 1024  #: pixels of a tile's side; also the largest picture that is looked at in one piece
OVERLAP = 160  #: pixels that neighbouring tiles share
LARGEST_IN_TILE = 128  #: larger faces are left to the coarser looks, which see them whole
PLENTY = 250  #: where more cells than this find a face, only those count that are surer than the cells around them
CANDIDATES = 1000  #: boxes of one look at one tile that take part in merging, best first


class Detection(NamedTuple):
    """A face that was found."""

    box: Box  #: pixels of the picture; may reach over its edge
    score: float  #: 0..1
    points: Floats  #: 5x2: the eye, the other eye, the tip of the nose, the mouth's corners; image-left ones first


class Detector:
    """Our face detector.

    `session` is an onnxruntime session of the detector's model (default: the shipped one); faces scoring below
    `threshold` are not reported.
    """

    def __init__(self, session: Any = None, *, threshold: float = 0.5) -> None:
        if session is None:
            from mien.models import session as shipped

            session = shipped("face-detector")
        self.session = session
        self.threshold = threshold

    def detect(self, picture: Picture, *, thorough: bool = True, threshold: float | None = None) -> list[Detection]:
        """The faces in an HxWx3 uint8 RGB picture, best first.

        `thorough=False` takes the single quick look, as for video: faces smaller than a fiftieth of the long side may
        be missed. `threshold` replaces the detector's own for this call.
        """
        limit = self.threshold if threshold is None else threshold
        image = Image.fromarray(picture)
        rows = self._thoroughly(image, limit) if thorough else self._quickly(image, limit)
        return [
            Detection(
                Box(float(r[0]), float(r[1]), float(r[2] - r[0]), float(r[3] - r[1])),
                float(r[14]),
                r[4:14].reshape(5, 2).copy(),
            )
            for r in rows
            if r[14] >= limit
        ]

    def _quickly(self, image: Image.Image, limit: float) -> Floats:
        """One look; a second, tiny one where the first saw nobody, or a face too large for it."""
        scaled = quick_copy(image)
        look = self._scaled(scaled, image.size, limit)
        if len(look.rows) and (look.rows[:, 2] - look.rows[:, 0]).max() * look.scale <= 0.8 * look.largest:
            return look.rows
        shrunken = resize(scaled, image.size, min(look.scale, SHRUNKEN_SIDE / max(image.size)))
        return agree([look, self._scaled(shrunken, image.size, limit)], witnesses=1)

    def _thoroughly(self, image: Image.Image, limit: float) -> Floats:
        """The chain of looks."""
        source, looks = image, []
        for side in sides(image.size):
            scaled = resize(source, image.size, side / max(image.size))
            source = scaled if scaled.width < image.width else source
            looks.append(self._scaled(scaled, image.size, min(FLOOR, limit)))
        return agree(looks)

    def _scaled(self, scaled: Image.Image, size: tuple[int, int], limit: float) -> Look:
        """What is found in a scaled copy of a picture of `size`."""
        scale = (scaled.width / size[0], scaled.height / size[1])
        rows = np.concatenate([self._look(*view, scale, limit) for view in views(np.asarray(scaled))])
        return Look(merge(rows), max(scale), LARGEST_IN_TILE if max(scaled.size) > TILE else SEEN[1])

    def _look(
        self, view: Picture, corner: tuple[int, int], tile: Tile | None, scale: tuple[float, float], limit: float
    ) -> Floats:
        """Nx15 rows (left, top, right, bottom, 5 points, score) in pixels of the whole picture."""
        height, width = view.shape[:2]
        scores, shapes = self.session.run(None, {"pictures": pad(view)[None]})
        found = np.flatnonzero(scores[0] >= limit)
        if len(found) > PLENTY:
            found = found[peaks(scores[0], height, width)[found]]
            found = found[np.argsort(-scores[0, found])[:CANDIDATES]]
        rows = decode(shapes[0, found], found, height, width)
        rows[:, 14] = scores[0, found]
        if tile is not None:
            rows = rows[tile.owns(rows)]
        rows[:, 0:14:2] = (rows[:, 0:14:2] + corner[0]) / scale[0]
        rows[:, 1:14:2] = (rows[:, 1:14:2] + corner[1]) / scale[1]
        return rows


class Tile(NamedTuple):
    """Which edges of a tile lie inside the picture, and the tile's size: what it may report."""

    width: int
    height: int
    left: bool
    top: bool
    right: bool
    bottom: bool

    def owns(self, rows: Floats) -> NDArray[np.bool_]:
        """Rows that are small enough and not cut by an inner edge; another tile sees those whole."""
        keep = np.maximum(rows[:, 2] - rows[:, 0], rows[:, 3] - rows[:, 1]) <= LARGEST_IN_TILE
        for inner, beyond in (
            (self.left, rows[:, 0] < 2),
            (self.top, rows[:, 1] < 2),
            (self.right, rows[:, 2] > self.width - 2),
            (self.bottom, rows[:, 3] > self.height - 2),
        ):
            if inner:
                keep &= ~beyond
        return np.asarray(keep)


#: What the network gets: a picture, its corner in the scaled picture, and its tile.
View = tuple[Picture, tuple[int, int], Tile | None]


def quick_copy(image: Image.Image) -> Image.Image:
    """What the quick look sees: a large picture averaged down by a whole factor (fast), a small one enlarged."""
    long = max(image.size)
    if long > QUICK_SIDE:
        return image.reduce(-(-long // QUICK_SIDE))
    return resize(image, image.size, max(1.0, min(2.0, QUICK_SIDE / 2 / long)))


def sides(size: tuple[int, int]) -> list[float]:
    """Long sides of the looks at a picture of this size, finest first."""
    long, pixels = max(size), size[0] * size[1]
    side = long * min(1.0, (MOST_PIXELS / pixels) ** 0.5) if long > FINE_SIDE else min(2.0 * long, FINE_SIDE)
    found = []
    while side > 1.8 * SHRUNKEN_SIDE:
        found.append(side)
        side /= 2 if side > FINE_SIDE else 1.5
    return [*found, min(side, SHRUNKEN_SIDE)]


def resize(source: Image.Image, size: tuple[int, int], scale: float) -> Image.Image:
    """A picture of `size`, of which `source` is a copy of any scale, at the given scale; at least 1x1 pixel."""
    wanted = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    return source if wanted == source.size else source.resize(wanted, Image.Resampling.BILINEAR, reducing_gap=2.0)


def views(scaled: Picture) -> Iterator[View]:
    """The scaled picture as the network sees it: whole, or as overlapping tiles."""
    height, width = scaled.shape[:2]
    if max(height, width) <= TILE:
        yield scaled, (0, 0), None
        return
    for top, bottom in spans(height):
        for left, right in spans(width):
            tile = Tile(right - left, bottom - top, left > 0, top > 0, right < width, bottom < height)
            yield scaled[top:bottom, left:right], (left, top), tile


def spans(length: int) -> list[tuple[int, int]]:
    """Cover 0..length by equal spans of at most `TILE` that share at least `OVERLAP`."""
    if length <= TILE:
        return [(0, length)]
    count = -(-(length - OVERLAP) // (TILE - OVERLAP))
    size = min(TILE, -(-(length + (count - 1) * OVERLAP) // (count * 32)) * 32)
    starts = [round(i * (length - size) / (count - 1)) for i in range(count)]
    return [(start, start + size) for start in starts]


def pad(view: Picture) -> Picture:
    """Extend a view by black at the right and the bottom to whole cells of the coarsest level."""
    height, width = view.shape[:2]
    size = (-(-height // 32) * 32, -(-width // 32) * 32)
    if size == (height, width):
        return np.ascontiguousarray(view)
    padded = np.zeros((*size, 3), np.uint8)
    padded[:height, :width] = view
    return padded


@lru_cache(maxsize=16)
def cells(height: int, width: int) -> Floats:
    """Nx3: centre x, y and stride of the network's cells for an input of this size; stride 8 first, row by row."""
    parts = []
    for stride in STRIDES:
        y, x = np.mgrid[: height // stride, : width // stride]
        parts.append(np.stack([(x + 0.5) * stride, (y + 0.5) * stride, np.full(x.shape, stride)], -1).reshape(-1, 3))
    return np.concatenate(parts).astype(np.float32)


def peaks(scores: Floats, height: int, width: int) -> NDArray[np.bool_]:
    """Which of the N cells score at least as high as the eight around them, in each level."""
    found, start = [], 0
    for stride in STRIDES:
        rows, columns = -(-height // 32) * 32 // stride, -(-width // 32) * 32 // stride
        level = scores[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
        padded = np.pad(level, 1)
        across = np.maximum(np.maximum(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
        around = np.maximum(np.maximum(across[:-2], across[1:-1]), across[2:])
        found.append((level >= around).ravel())
    return np.concatenate(found)


def decode(shapes: Floats, found: NDArray[np.intp], height: int, width: int) -> Floats:
    """Rows Kx15 (left, top, right, bottom, 5 points, 0) from the raw numbers Kx14 of the cells `found`.

    A side lies `2 * stride * exp(number)` from the cell's centre, a point `2 * stride * number`.
    """
    table = cells(-(-height // 32) * 32, -(-width // 32) * 32)[found]
    centre, unit = table[:, :2], 2 * table[:, 2:]
    rows = np.zeros((len(found), 15), np.float32)
    sides = np.exp(np.clip(shapes[:, :4], -4, 4)) * unit
    rows[:, :2] = centre - sides[:, :2]
    rows[:, 2:4] = centre + sides[:, 2:]
    rows[:, 4:14] = shapes[:, 4:] * unit + np.tile(centre, 5)
    return rows
