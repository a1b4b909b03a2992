"""Turns tilted face crops upright by the shipped landmark network."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mien.vision.crop import (
    FER_SIDE_BY_BOX,
    LANDMARK_SCALE,
    LANDMARK_SIZE,
    crop_affine,
    five_points,
    roll_of,
    similarity,
)
from mien.vision.landmarks import LandmarkReader

#: How surely the landmark network must see a face, and how much of it, before it is turned.
SURE, SEEN = 0.7, 0.5
#: Tilts in degrees that are corrected: less only costs sharpness, more is likelier a mistake.
LEAST, MOST = 2.0, 45.0


@lru_cache(maxsize=1)
def _reader() -> LandmarkReader:
    return LandmarkReader()


def tilts(faces: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The roll of each of N x H x W grey faces in degrees, clockwise as seen; NaN where the network is not sure.

    The faces are framed as in FER2013, so the landmark network's crop is a fixed, larger square about their middle.
    """
    n, height, width = faces.shape
    if not n:
        return np.zeros(0)
    side = LANDMARK_SCALE / FER_SIDE_BY_BOX * min(height, width)
    matrix = similarity((width / 2, height / 2), side, 0.0, LANDMARK_SIZE)
    crops = np.stack([crop_affine(face, matrix, LANDMARK_SIZE) for face in faces])
    readings = _reader().read_crops(np.repeat(crops[..., None], 3, axis=3), [matrix] * n)
    sure = [reading.face_score >= SURE and reading.visible >= SEEN for reading in readings]
    return np.array([roll_of(five_points(r.points)) if s else np.nan for r, s in zip(readings, sure, strict=True)])


def level(faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """N x H x W square grey faces, each turned upright about its middle; the edge is repeated outwards.

    Upright by the line between the eyes and the line from them to the mouth, as the crops at run time are
    (`mien.vision.crop.roll_of`). Faces whose tilt is unsure, under 2 degrees or over 45 stay as they are.
    """
    _, height, width = faces.shape
    upright = faces.copy()
    for i, tilt in enumerate(tilts(faces)):
        if LEAST <= abs(tilt) <= MOST:
            turned = similarity((width / 2, height / 2), width, float(tilt), width)
            upright[i] = crop_affine(faces[i], turned, width)
    return upright
