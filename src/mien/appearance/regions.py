"""Which pixels of a face show skin, lips, the whites of the eyes, irises, teeth and hair.

Regions are polygons and ellipses from the 68 points, in two upright views of the picture: a close one, the landmark
crop enlarged, and the head with its hair.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mien.vision.crop import HEAD_SIZE, LANDMARK_SIZE, Matrix, crop_seen, head_crop_matrix, map_points, scale_of

CLOSE_SIZE = 160
Mask = NDArray[np.bool_]
Points = NDArray[np.float64]


class View(NamedTuple):
    """An upright square view of one face."""

    pixels: NDArray[np.uint8]  #: S x S x 3
    points: Points  #: 68 x 2, pixels of the view
    seen: Mask  #: S x S: what the picture shows
    detail: float  #: sides of its pixels in pixels of the picture, at most 1: below, the view is blown up


def close_view(picture: NDArray[np.uint8], points: NDArray[np.float32], matrix: Matrix) -> View:
    """The face alone. `points`: 68 x 2, pixels of the HxWx3 picture; `matrix`: picture -> landmark crop."""
    return _view(picture, points, matrix * (CLOSE_SIZE / LANDMARK_SIZE), CLOSE_SIZE)


def head_view(picture: NDArray[np.uint8], points: NDArray[np.float32]) -> View:
    """The head with its hair, as the network sees it."""
    return _view(picture, points, head_crop_matrix(points), HEAD_SIZE)


def _view(picture: NDArray[np.uint8], points: NDArray[np.float32], matrix: Matrix, size: int) -> View:
    inside = crop_seen(np.full(picture.shape[:2], 255, np.uint8), matrix, size) > 200
    seen = crop_seen(picture, matrix, size)
    return View(seen, map_points(points, matrix), inside, min(1.0, 1 / scale_of(matrix)))


def polygon(outline: Points, size: int = CLOSE_SIZE) -> Mask:
    """What lies within an outline (N x 2)."""
    image = Image.new("1", (size, size))
    ImageDraw.Draw(image).polygon([(float(x), float(y)) for x, y in outline], fill=1)
    return np.asarray(image)


def ellipse(centre: Points, wide: float, high: float | None = None, size: int = CLOSE_SIZE) -> Mask:
    """What lies within `wide` (and `high`, upwards) of a point."""
    middle = np.arange(size) + 0.5
    across, up = (middle - centre[0]) / max(wide, 0.5), (middle - centre[1]) / max(high or wide, 0.5)
    return np.asarray(across**2 + up[:, None] ** 2 <= 1)


def skin_regions(points: Points) -> dict[str, Mask]:
    """Forehead, cheeks and the bridge of the nose, clear of brows, lids, beards and most fringes."""
    eye_left, eye_right = points[36:42].mean(0), points[42:48].mean(0)
    span = float(np.linalg.norm(eye_right - eye_left))
    down = points[33] - points[27]  # from the root of the nose to below its tip
    left, right = (
        0.5 * (eye + 0.72 * down) + 0.5 * (0.55 * wing + 0.45 * jaw)
        for eye, wing, jaw in ((eye_left, points[31], points[2]), (eye_right, points[35], points[14]))
    )
    return {
        "forehead": ellipse(points[17:27].mean(0) - 0.45 * down, 0.5 * span, 0.16 * span),
        "left cheek": ellipse(left, 0.2 * span),
        "right cheek": ellipse(right, 0.2 * span),
        "nose": ellipse(0.45 * points[28] + 0.55 * points[29], 0.1 * span, 0.2 * span),
    }


def lips(points: Points) -> Mask:
    """The red of the lips: between their outer and their inner outline."""
    return polygon(points[48:60]) & ~polygon(points[60:68])


def teeth(points: Points) -> Mask:
    """The open mouth, where it is open at all."""
    opening = float(points[65:68, 1].mean() - points[61:64, 1].mean())
    return polygon(points[60:68]) if opening > 3 else np.zeros((CLOSE_SIZE, CLOSE_SIZE), bool)


def eyes(points: Points) -> tuple[Mask, Mask]:
    """Irises and whites, as far as the lids leave them open. An iris is about .42 of the eye's width across
    (11.7 of 28 mm)."""
    iris = np.zeros((CLOSE_SIZE, CLOSE_SIZE), bool)
    white = iris.copy()
    for eye in (points[36:42], points[42:48]):
        wide = float(np.linalg.norm(eye[3] - eye[0]))
        opening, middle = polygon(eye), eye[[1, 2, 4, 5]].mean(0)
        iris |= opening & ellipse(middle, 0.19 * wide)
        white |= opening & ~ellipse(middle, 0.25 * wide)
    return iris, white


def hair_places(points: Points) -> NDArray[np.float64]:
    """How likely each pixel of the head view is hair, 0..1, from its place alone: a ring over and beside the forehead.

    The hairline lies about as far above the brows as the nose is long.
    """
    brow, long = points[17:27].mean(0), float(np.linalg.norm(points[33] - points[27]))
    wide = float(np.linalg.norm(points[16] - points[0]))
    middle = np.arange(HEAD_SIZE) + 0.5
    up = ((brow[1] - middle) / max(long, 1))[:, None]
    aside = (np.abs(middle - points[27, 0]) / max(wide, 1))[None]
    face = np.sqrt((aside / 0.5) ** 2 + (np.maximum(up, 0) / 1.0) ** 2)  # 1 along the hairline
    skull = np.sqrt((aside / 0.6) ** 2 + (np.maximum(up, 0) / 1.8) ** 2)  # 1 along the outline of the head
    ring = np.clip((face - 0.92) / 0.2, 0, 1) * np.clip((1.15 - skull) / 0.25, 0, 1)
    return np.asarray(ring * np.clip((up + 1.2) / 1.2, 0, 1))
