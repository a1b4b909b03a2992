"""Animated WebP, which not every FFmpeg reads: through Pillow, a frame at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from mien.errors import ClipError
from mien.media.frames import on_white
from mien.media.quiet import no_warnings

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Seconds a frame is shown whose own time is missing or next to nothing, as browsers do.
USUAL = 0.1


def open_animation(file: Any, name: str, max_pixels: int) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """(seconds, HxWx3 uint8 RGB) of each frame, transparent pixels on white. `file`: a path or a binary file object.

    A file that is cut short ends with the last frame that is whole. Raises `ClipError` for one that cannot be opened.
    """
    try:
        with no_warnings():
            image = WebPImageFile(file)
    except Exception as error:  # decoders meet hostile bytes and raise anything
        raise ClipError(f"{name}: not a clip, or damaged from its start; copy or download it again") from error
    if image.width * image.height > max_pixels:
        raise ClipError(f"{name}: {image.width}x{image.height} is over the limit of {max_pixels / 1e6:.3g} megapixels")
    return _frames(image)


def _frames(image: Image.Image) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    seconds = 0.0
    with image:
        for i in range(getattr(image, "n_frames", 1)):
            try:
                with no_warnings():
                    image.seek(i)
                    picture = on_white(np.asarray(image.convert("RGBA")))
            except Exception:  # cut short
                return
            yield seconds, picture
            shown = image.info.get("duration", 0) / 1000
            seconds += shown if shown > 0.01 else USUAL
