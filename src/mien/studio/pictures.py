"""Encoded pictures to pixels, within the studio's limits."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from mien.media import read_picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class _Named(io.BytesIO):
    """Bytes with a name for messages."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


def decoded(encoded: bytes, name: str, pixels: int) -> NDArray[np.uint8]:
    """HxWx3 uint8 RGB, upright. pixels: the most it may have. Raises `PictureError`, `PictureTooLarge`."""
    return read_picture(_Named(encoded, name), max_pixels=pixels)
