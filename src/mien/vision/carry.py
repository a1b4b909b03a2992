"""Where a face's box lies, told by its landmarks: so that landmarks carry the box from frame to frame.

The detector's box follows the head, the landmarks the features. What lies between them was fitted (ridge regression on
1,405 faces of photos and video frames, every fourth picture held out): the box from the extent of the 68 points, in a
frame turned upright with the face. On the held-out faces it overlaps the detector's box by .89 (IoU, mean). What is
left over belongs to the person (a high forehead, a beard) and is learned per track: see `residual`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.types import Box
from mien.vision.crop import five_points, roll_of

Floats = NDArray[np.float64]
Points = NDArray[np.floating[Any]]

#: Rows: 1, then the extent of the upright points (left, top, right, bottom) about their mean. Columns: the box's middle
#: (x, y) about that mean, the logarithms of its width and height. All in the unit: root of the extent's area.
WEIGHTS = np.array(
    [
        [1.093, -1.253, -5.439, -3.651],
        [0.915, -0.592, -2.797, -1.732],
        [0.575, -0.803, -2.193, -1.281],
        [-0.102, 0.572, 2.801, 1.737],
        [-0.605, 0.340, 2.937, 2.874],
    ]
)
NO_RESIDUAL: Floats = np.zeros(4)
_MEAN = np.full(68, 1 / 68)


class Upright(NamedTuple):
    """68 points turned upright about their mean."""

    points: Floats  #: 68x2, in units of `unit`, about `middle`
    middle: Floats  #: pixels of the picture
    unit: float  #: pixels
    turn: Floats  #: 2x2: picture -> upright


def upright(points68: Points) -> Upright:
    """Turn a face's points (68x2, iBUG order, pixels) upright, and measure them by their own extent."""
    points = np.asarray(points68, float)
    angle = math.radians(roll_of(five_points(points)))
    c, s = math.cos(angle), math.sin(angle)
    turn = np.array([[c, s], [-s, c]])
    middle = _MEAN @ points
    turned = (points - middle) @ turn.T
    (x0, y0), (x1, y1) = turned.min(0).tolist(), turned.max(0).tolist()
    unit = max(math.sqrt((x1 - x0) * (y1 - y0)), 1e-3)
    return Upright(turned / unit, middle, unit, turn)


def box_of(points68: Points | Upright, residual: Floats = NO_RESIDUAL) -> Box:
    """The box that the detector would draw about these points (68x2, pixels), plus a person's own `residual`."""
    face = points68 if isinstance(points68, Upright) else upright(points68)
    x, y, wide, high = _expected(face) + residual
    middle = face.middle + np.array([x, y]) @ face.turn * face.unit
    width, height = math.exp(wide) * face.unit, math.exp(high) * face.unit
    return Box(float(middle[0] - width / 2), float(middle[1] - height / 2), width, height)


def residual(points68: Points | Upright, box: Box) -> Floats:
    """How a detector's box differs from what its face's points say: to be handed to `box_of` for the same person."""
    face = points68 if isinstance(points68, Upright) else upright(points68)
    middle = np.array([box.x + box.width / 2, box.y + box.height / 2])
    x, y = face.turn @ (middle - face.middle) / face.unit
    sides = math.log(max(box.width, 1e-3) / face.unit), math.log(max(box.height, 1e-3) / face.unit)
    return np.asarray(np.array([x, y, *sides]) - _expected(face))


def _expected(face: Upright) -> Floats:
    extent = np.concatenate([[1.0], face.points.min(0), face.points.max(0)])
    return np.asarray(extent @ WEIGHTS)
