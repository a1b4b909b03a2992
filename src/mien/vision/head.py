"""The small cut of a picture that a face carries, so that its appearance can be read later without the photo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.types import HeadCut
from mien.vision.crop import HEAD_SIZE, LANDMARK_SIZE, Matrix, Points, head_crop_matrix, invert, map_points, scale_of

#: Longest side of an upright head's cut, pixels: twice the appearance network's view of the head, and enough for
#: colours, which are read from the face at 160 pixels.
CUT_SIZE = 256


def cut_head(picture: NDArray[np.uint8], points68: Points, crop: Matrix) -> HeadCut:
    """Cut the head out of an upright HxWx3 picture, not turned, and no larger than needed.

    `points68`: iBUG points in picture pixels; `crop`: the landmark crop's matrix (picture -> crop). The cut holds the
    view of the head and the landmark crop as far as the picture shows them.
    """
    head = head_crop_matrix(points68)
    corners = [
        map_points(np.array([[0, 0], [size, 0], [size, size], [0, size]]), invert(matrix))
        for matrix, size in ((head, HEAD_SIZE), (crop, LANDMARK_SIZE))
    ]
    extent = np.array(picture.shape[1::-1])
    low = np.clip(np.floor(np.concatenate(corners).min(0)).astype(int), 0, extent - 1)
    high = np.clip(np.ceil(np.concatenate(corners).max(0)).astype(int), low + 1, extent)
    region = picture[low[1] : high[1], low[0] : high[0]]
    scale = min(1.0, CUT_SIZE / HEAD_SIZE * scale_of(head))
    pixels = _shrunk(region, scale) if scale < 1 else region.copy()
    grow = np.array(pixels.shape[1::-1]) / (high - low)
    matrix = np.hstack([np.diag(grow), (-low * grow)[:, None]])
    back = np.hstack([np.diag(1 / grow), low[:, None]])
    return HeadCut(pixels, matrix, np.hstack([crop[:, :2] @ back[:, :2], crop[:, :2] @ back[:, 2:] + crop[:, 2:]]))


def _shrunk(region: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Averaged down; of a very large head every second, third... pixel is enough to average."""
    width, height = (max(1, round(side * scale)) for side in region.shape[1::-1])
    step = max(1, int(0.5 / scale))
    image = Image.fromarray(np.ascontiguousarray(region[::step, ::step]))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))
