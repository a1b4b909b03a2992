"""From a face crop to what the expression network sees: 48 x 48 grey."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

INPUT_SIZE = 48  #: side of the network's input in pixels, as in FER2013


def to_input(crop: NDArray[np.uint8], size: int = INPUT_SIZE) -> NDArray[np.uint8]:
    """Turn a face crop (HxW or HxWx3 uint8, any size) into `size` x `size` grey.

    Grey by ITU-R 601-2 luma (0.299 R + 0.587 G + 0.114 B), as FER2013 was made; enlarged bilinearly, reduced by area
    (box filter) so that fine texture does not alias.
    """
    image = Image.fromarray(crop)
    if image.mode != "L":
        image = image.convert("L")
    if image.size != (size, size):
        shrinking = min(image.size) > size
        image = image.resize((size, size), Image.Resampling.BOX if shrinking else Image.Resampling.BILINEAR)
    return np.asarray(image)
