"""From a decoded picture of any mode to upright 8-bit RGB, a strip at a time so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageChops

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

_STRIP_PIXELS = 1 << 18
_ORIENTATION = 0x0112  # EXIF
_BITS_PER_SAMPLE, _PHOTOMETRIC = 258, 262  # TIFF


def to_rgb(image: Image.Image) -> Pixels:
    """A picture of any Pillow mode as HxWx3 uint8 RGB, turned upright as its EXIF orientation says.

    Transparency is laid on white. 16-bit values are scaled by 255/65535, never clipped. 32-bit integers and floats
    carry no range of their own: 0..1 (floats), 0..255 and 0..65535 are taken as full ranges, the first that holds
    every value; anything else is stretched from its minimum to its maximum, and NaN becomes black.

    Raises whatever Pillow raises for a damaged picture.
    """
    image.load()
    orientation = _orientation(image)  # after load: Pillow turns TIFFs itself while it loads them
    width, height = image.size
    turned = orientation >= 5
    upright = np.empty((width, height, 3) if turned else (height, width, 3), np.uint8)
    target = _as_stored(upright, orientation)
    convert = _converter(image)
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        target[top:bottom] = convert(image.crop((0, top, width, bottom)))
    return upright


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # a picture with broken metadata is still a picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _as_stored(upright: Pixels, orientation: int) -> Pixels:
    """A view of the upright array whose rows and columns run as the file stores them (EXIF 2.32, tag 274)."""
    views: dict[int, Callable[[Pixels], Pixels]] = {
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: np.rot90(a, -1),
    }
    return views[orientation](upright) if orientation in views else upright


def _converter(image: Image.Image) -> Callable[[Image.Image], NDArray[Any]]:
    """How strips of this picture become HxWx3 (or HxWx1) values of 0..255."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _deep_converter(image)
    if image.has_transparency_data:
        return _on_white
    if image.mode == "LAB":
        return _lab_converter()
    if image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        # Pillow takes every CMYK JPEG for one of Adobe's, which store ink inverted; without Adobe's marker it is not.
        return lambda strip: np.asarray(ImageChops.invert(strip).convert("RGB"))
    return lambda strip: np.asarray(strip.convert("RGB"))


def _on_white(strip: Image.Image) -> Pixels:
    if strip.mode == "La":  # Pillow converts it to nothing else
        strip = strip.convert("LA")
    rgba = np.asarray(strip.convert("RGBA")).astype(np.uint16)
    alpha = rgba[..., 3:]
    mixed: Pixels = ((rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return mixed


def _lab_converter() -> Callable[[Image.Image], Pixels]:
    from PIL import ImageCms  # only LAB pictures, which are rare, pay for LittleCMS

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(lab, srgb, "LAB", "RGB")

    def convert(strip: Image.Image) -> Pixels:
        rgb = ImageCms.applyTransform(strip, transform)
        assert rgb is not None  # only in-place transforms return None
        return np.asarray(rgb)

    return convert


def _deep_converter(image: Image.Image) -> Callable[[Image.Image], Pixels]:
    low, high = _range(image)
    scale = 255.0 / (high - low) if high > low else 0.0
    white_is_zero = image.format == "TIFF" and _tiff_tag(image, _PHOTOMETRIC) == 0

    def convert(strip: Image.Image) -> Pixels:
        values = np.nan_to_num(np.asarray(strip).astype(np.float64), nan=low, posinf=high, neginf=low)
        grey = np.clip((values - low) * scale, 0, 255)
        if white_is_zero:
            grey = 255 - grey
        shades: Pixels = np.rint(grey).astype(np.uint8)[..., None]
        return shades

    return convert


def _range(image: Image.Image) -> tuple[float, float]:
    """The values that stand for black and white in a picture of 16 or 32 bits a value."""
    if image.format == "TIFF" and _tiff_tag(image, _BITS_PER_SAMPLE) == (12,):
        return 0, 4095
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format in ("PNG", "PPM")):
        return 0, 65535
    values = np.asarray(image)
    if image.mode == "F":
        values = values[np.isfinite(values)]
    if not values.size:
        return 0, 1
    low, high = float(values.min()), float(values.max())
    full_ranges = (1, 255, 65535) if image.mode == "F" else (255, 65535)
    if low >= 0:
        for full in full_ranges:
            if high <= full:
                return 0, full
    return low, high


def _tiff_tag(image: Image.Image, tag: int) -> object:
    tags = getattr(image, "tag_v2", None)
    return tags.get(tag) if tags is not None else None
