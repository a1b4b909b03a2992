"""Histogram equalisation of many faces at once: of the whole face, and by tiles with limited contrast (CLAHE)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVELS = 256
#: Passes that spread what was clipped; what is left after them, near clip 1 only, goes where there is room.
PASSES = 8


def equalise(faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """N x H x W -> the same with every grey level about equally common in each face.

    A level becomes 255 (c - c0) / (n - c0), where c counts the pixels up to that level, c0 those of the darkest, and n
    all (Gonzalez and Woods, Digital Image Processing, section 3.3, stretched to begin at 0). A face of one grey stays
    as it is.
    """
    n = len(faces)
    place = faces.reshape(n, -1) + LEVELS * np.arange(n)[:, None]
    counts = np.bincount(place.ravel(), minlength=n * LEVELS).reshape(n, LEVELS)
    cumulative = counts.cumsum(1)
    total = cumulative[:, -1:]
    darkest = np.take_along_axis(counts, (counts > 0).argmax(1)[:, None], 1)
    flat = total == darkest
    table = 255 * (cumulative - darkest) / np.where(flat, 1, total - darkest)
    table = np.where(flat, np.arange(LEVELS), table)
    equal: NDArray[np.uint8] = np.rint(np.clip(table, 0, 255)).astype(np.uint8).ravel()[place].reshape(faces.shape)
    return equal


def clahe(faces: NDArray[np.uint8], clip: float = 2.0, tiles: int = 4) -> NDArray[np.uint8]:
    """Contrast-limited adaptive histogram equalisation of N x H x W faces.

    Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV (1994): each of `tiles` x `tiles`
    tiles gets an equalising curve from its own histogram, in which no level may count more than `clip` times its even
    share (what is above is spread over all levels); a pixel takes the bilinear mean of the curves of the four tiles
    around it. `clip` 1 leaves faces as they are, within 1 grey level.
    """
    n, height, width = faces.shape
    rows, columns = _tiles(height, min(tiles, height)), _tiles(width, min(tiles, width))
    tables = _curves(faces, rows, columns, clip)
    (above, below, down), (left, right, across) = _between(rows, height), _between(columns, width)
    face = np.arange(n)[:, None, None]

    def through(row: NDArray[np.intp], column: NDArray[np.intp]) -> NDArray[np.float32]:
        seen: NDArray[np.float32] = tables[face, row[:, None], column[None, :], faces]
        return seen

    down, across = down[:, None], across[None, :]
    upper = through(above, left) * (1 - across) + through(above, right) * across
    lower = through(below, left) * (1 - across) + through(below, right) * across
    mixed: NDArray[np.uint8] = np.rint(upper * (1 - down) + lower * down).astype(np.uint8)
    return mixed


def _tiles(length: int, count: int) -> NDArray[np.intp]:
    """The `count` + 1 pixel edges of tiles of about equal length."""
    return np.rint(np.linspace(0, length, count + 1)).astype(np.intp)


def _curves(
    faces: NDArray[np.uint8], rows: NDArray[np.intp], columns: NDArray[np.intp], clip: float
) -> NDArray[np.float32]:
    """N x tiles x tiles x 256: what each tile makes of each grey level, 0..255."""
    n, height, width = faces.shape
    down, across = len(rows) - 1, len(columns) - 1
    row = np.searchsorted(rows, np.arange(height), side="right") - 1
    column = np.searchsorted(columns, np.arange(width), side="right") - 1
    tile = (np.arange(n)[:, None, None] * down + row[:, None]) * across + column
    counts = np.bincount((tile * LEVELS + faces).ravel(), minlength=n * down * across * LEVELS)
    share = counts.reshape(-1, LEVELS).astype(np.float32)
    share /= share.sum(1, keepdims=True)
    curves: NDArray[np.float32] = np.minimum(_clipped(share, clip / LEVELS).cumsum(1), 1) * np.float32(255)
    return curves.reshape(n, down, across, LEVELS)


def _clipped(share: NDArray[np.float32], limit: float) -> NDArray[np.float32]:
    """T x 256 histograms that sum to 1, with no level above `limit`; the excess is spread evenly over all levels."""
    for _ in range(PASSES):
        excess = np.maximum(share - limit, 0).sum(1, keepdims=True)
        if excess.max() < 1e-4:
            break
        share = np.minimum(share, limit) + excess / LEVELS
    room = np.maximum(limit - share, 0)
    excess = np.maximum(share - limit, 0).sum(1, keepdims=True)
    kept: NDArray[np.float32] = np.minimum(share, limit)
    kept += excess * room / np.maximum(room.sum(1, keepdims=True), 1e-9)
    return kept


def _between(edges: NDArray[np.intp], length: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[Any]]:
    """For each pixel of a row or column: the tiles whose middles it lies between, and how far it is to the second."""
    middles = (edges[:-1] + edges[1:]) / 2
    place = np.interp(np.arange(length) + 0.5, middles, np.arange(len(middles)))
    first = np.floor(place).astype(np.intp)
    return first, np.minimum(first + 1, len(middles) - 1), (place - first).astype(np.float32)
