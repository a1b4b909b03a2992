"""Crop geometry, defined once for training and for run time.

A crop is described by a 2x3 matrix that maps picture pixels to crop pixels. Coordinates are continuous: the middle of
the first pixel is (0.5, 0.5). What lies over the picture's edge repeats the edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Matrix = NDArray[np.float64]
Points = NDArray[np.floating[Any]]

#: Side of the landmark network's input, pixels.
LANDMARK_SIZE = 96
#: Side of the landmark crop as a multiple of the geometric mean of the box's sides.
LANDMARK_SCALE = 1.4
#: The rows of the 68 iBUG points that make up the five: image-left eye, image-right eye, nose tip, mouth corners.
FIVE_OF_68 = (slice(36, 42), slice(42, 48), slice(30, 31), slice(48, 49), slice(54, 55))
_MEANS = np.zeros((5, 68))  # 68 points -> the five
for _row, _part in enumerate(FIVE_OF_68):
    _MEANS[_row, _part] = 1 / (_part.stop - _part.start)

#: Mean places of image-left eye, image-right eye and mouth in the crops of FER2013's Training split, as shares of the
#: side: as our landmark network reads 4,419 of them that it was not trained on, each turned upright about the crop's
#: middle. They vary by about .07 from face to face.
FER_ANCHORS = np.array([[0.324, 0.383], [0.689, 0.383], [0.508, 0.781]])
#: Side of a FER2013 crop: as a multiple of the side at which eyes and mouth fall on `FER_ANCHORS`, and of the geometric
#: mean of the sides of our detector's box.
FER_SIDE_BY_FEATURES, FER_SIDE_BY_BOX = 0.98, 1.05

#: Side of the appearance network's view of the head, pixels.
HEAD_SIZE = 128
#: Where its middle lies and how long its side is, in a square in which eyes and mouth fall on `FER_ANCHORS` (about
#: 17 cm on an adult): from above big hair to the collar.
HEAD_CENTRE, HEAD_SCALE = np.array([0.5, 0.48]), 1.75
#: The grey of what a picture does not show.
UNSEEN = 128


def similarity(centre: tuple[float, float], side: float, roll: float, size: int) -> Matrix:
    """The 2x3 matrix that takes a square of the picture to a `size` x `size` crop.

    `centre` and `side` in picture pixels; `roll` in degrees, clockwise as seen: how far the square is turned.
    """
    angle, scale = math.radians(roll), size / side
    c, s = math.cos(angle) * scale, math.sin(angle) * scale
    x, y = centre
    return np.array([[c, s, size / 2 - c * x - s * y], [-s, c, size / 2 + s * x - c * y]])


def roll_of(five: Points) -> float:
    """In-plane roll in degrees (clockwise as seen positive) of a face from its five points (5x2).

    The line between the eyes and the line from eyes to mouth vote together: in a profile the eyes are too close
    together to be trusted, with a covered mouth the eyes decide.
    """
    left, right, _, mouth_left, mouth_right = np.asarray(five, float)
    across = right - left
    down = (mouth_left + mouth_right - left - right) / 2
    return math.degrees(math.atan2(across[1] - down[0], across[0] + down[1]))


def five_points(points68: Points) -> NDArray[np.float64]:
    """The five points a detector gives (5x2), from 68 iBUG points."""
    return np.asarray(_MEANS @ np.asarray(points68, float))


def landmark_crop_matrix(box: Sequence[float], five: Points, size: int = LANDMARK_SIZE) -> Matrix:
    """The crop the landmark network reads: a square about the box (x, y, width, height), upright by the five points
    (5x2)."""
    x, y, width, height = box
    side = LANDMARK_SCALE * math.sqrt(max(1.0, width) * max(1.0, height))
    return similarity((x + width / 2, y + height / 2), side, roll_of(five), size)


def expression_crop_matrix(points68: Points, around: Matrix, size: int = 48) -> Matrix:
    """The crop the expression network reads: upright, framed as FER2013 frames its faces.

    `points68`: iBUG points in picture pixels; `around`: the matrix of the landmark crop, whose middle is the box's.
    FER2013's faces are centred on the head, not on its features, and their size does not follow an opening mouth. So
    the middle of the box is taken, and for the side the geometric mean of what box and features ask for: eyes and
    mouth at their mean places in FER2013, by least squares. Shares measured, see `docs/crop-geometry.md`.
    """
    five = five_points(points68)
    anchors = np.stack([five[0], five[1], (five[3] + five[4]) / 2])
    by_features = FER_SIDE_BY_FEATURES / scale_of(fit_similarity(anchors, FER_ANCHORS))
    by_box = FER_SIDE_BY_BOX * LANDMARK_SIZE / scale_of(around) / LANDMARK_SCALE
    centre = map_points(np.full((1, 2), LANDMARK_SIZE / 2), invert(around))[0]
    return similarity((centre[0], centre[1]), math.sqrt(by_features * by_box), roll_of(five), size)


def fit_similarity(source: Points, target: Points) -> Matrix:
    """The similarity (2x3; no reflection) that takes points `source` (Nx2) closest to `target` (Nx2), by least
    squares."""
    src, dst = np.asarray(source, float), np.asarray(target, float)
    a, b = src - src.mean(0), dst - dst.mean(0)
    z, w = a[:, 0] + 1j * a[:, 1], b[:, 0] + 1j * b[:, 1]
    turn = (np.conj(z) * w).sum() / max(float((abs(z) ** 2).sum()), 1e-9)
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    return np.hstack([linear, (dst.mean(0) - linear @ src.mean(0))[:, None]])


def invert(matrix: Matrix) -> Matrix:
    """The 2x3 matrix of the way back."""
    (a, b, x), (c, d, y) = matrix.tolist()
    size = a * d - b * c
    a, b, c, d = d / size, -b / size, -c / size, a / size
    return np.array([[a, b, -a * x - b * y], [c, d, -c * x - d * y]])


def map_points(points: Points, matrix: Matrix) -> NDArray[np.float64]:
    """Points (Nx2) taken through a 2x3 matrix."""
    return np.asarray(points, float) @ matrix[:, :2].T + matrix[:, 2]


def scale_of(matrix: Matrix) -> float:
    """Crop pixels a picture pixel."""
    return math.hypot(matrix[0, 0], matrix[1, 0])


def crop_affine(picture: NDArray[np.uint8], matrix: Matrix, size: int) -> NDArray[np.uint8]:
    """Cut the `size` x `size` crop (uint8; channels as in the picture, HxW or HxWx3) that `matrix` (picture -> crop)
    describes.

    A face larger than the crop is first averaged down by a whole factor (so that nothing aliases), then sampled
    bilinearly.
    """
    extent = np.array(picture.shape[1::-1])
    back = invert(matrix)
    corners = map_points(np.array([[0, 0], [size, 0], [size, size], [0, size]]), back)
    low, high = np.floor(corners.min(0)).astype(int) - 2, np.ceil(corners.max(0)).astype(int) + 3
    # A crop wholly beyond the edge shows the same edge from right beside it.
    beside = np.minimum(0, extent - 1 - low) + np.maximum(0, 1 - high)
    low, high, back[:, 2] = low + beside, high + beside, back[:, 2] + beside
    (x0, y0), (x1, y1) = np.maximum(low, 0), np.minimum(high, extent)
    region = Image.fromarray(np.ascontiguousarray(picture[y0:y1, x0:x1]))
    factor = max(1, int(1 / max(scale_of(matrix), 1e-6)))
    if factor > 1:
        region = region.reduce(factor)
    shift = np.array([x0, y0], float)
    over = np.ceil(np.array([x0 - low[0], y0 - low[1], high[0] - x1, high[1] - y1]) / factor).astype(int)
    if over.any():
        left, top, right, bottom = over
        pixels = np.asarray(region)
        border = ((top, bottom), (left, right)) + ((0, 0),) * (pixels.ndim - 2)
        region = Image.fromarray(np.pad(pixels, border, mode="edge"))
        shift -= np.array([left, top]) * factor
    linear, offset = back[:, :2] / factor, (back[:, 2] - shift) / factor
    coefficients = (linear[0, 0], linear[0, 1], offset[0], linear[1, 0], linear[1, 1], offset[1])
    crop = region.transform((size, size), Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR)
    return np.asarray(crop)


def crop_batch(picture: NDArray[np.uint8], matrices: Sequence[Matrix], size: int) -> NDArray[np.uint8]:
    """The crops (N x size x size x channels) of one picture for several matrices."""
    if not matrices:
        return np.zeros((0, size, size, *picture.shape[2:]), np.uint8)
    return np.stack([crop_affine(picture, matrix, size) for matrix in matrices])


def head_crop_matrix(points68: Points, size: int = HEAD_SIZE) -> Matrix:
    """The crop the appearance network reads: the head with its hair and the shoulders' start, upright by eyes and
    mouth. `points68`: iBUG points in picture pixels."""
    five = five_points(points68)
    anchors = np.stack([five[0], five[1], (five[3] + five[4]) / 2])
    return fit_similarity(anchors, ((FER_ANCHORS - HEAD_CENTRE) / HEAD_SCALE + 0.5) * size)


def crop_seen(picture: NDArray[np.uint8], matrix: Matrix, size: int) -> NDArray[np.uint8]:
    """`crop_affine`, but what lies over the picture's edge is flat `UNSEEN` instead of a repeated edge: a network can
    tell what the picture does not show."""
    crop = crop_affine(picture, matrix, size)
    (a, b, x0), (c, d, y0) = invert(matrix)
    middle = np.arange(size) + 0.5
    x, y = a * middle + b * middle[:, None] + x0, c * middle + d * middle[:, None] + y0
    beyond = (x < 0) | (y < 0) | (x > picture.shape[1]) | (y > picture.shape[0])
    if not beyond.any():
        return crop
    crop = crop.copy()
    crop[beyond] = UNSEEN
    return crop
