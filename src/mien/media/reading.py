"""`read_picture`: any picture, from anywhere, as upright RGB; or one clear line about why not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from PIL import Image

from mien.errors import PictureError, PictureTooLarge
from mien.media import formats
from mien.media.pixels import to_rgb
from mien.media.quiet import no_warnings, silence_libtiff
from mien.media.sources import name_of, opened, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Largest picture decoded by default, in pixels: at 7 bytes a pixel, about 700 MB while decoding.
MAX_PIXELS = 100_000_000
#: Largest encoded picture read by default, in bytes.
MAX_BYTES = 256 * 1024 * 1024


def read_picture(
    source: str | os.PathLike[str] | bytes | BinaryIO | Image.Image | NDArray[np.uint8],
    *,
    max_pixels: int = MAX_PIXELS,
    max_bytes: int = MAX_BYTES,
) -> NDArray[np.uint8]:
    """Read a picture as HxWx3 uint8 RGB, upright.

    `source` is a path, the bytes of a file, a binary file object (read from where it stands to its end), a PIL image,
    or an HxWx3 RGB or HxW grey uint8 array; a contiguous HxWx3 array comes back as it is, not copied. Of an animation
    the first frame is read. EXIF orientation is applied; embedded colour profiles are not. Transparent pixels are laid
    on white; see `mien.media.pixels.to_rgb` for 16- and 32-bit values.

    `max_pixels` is checked from the header, before anything is decoded; `max_bytes` before more than that is read.
    Pipes, devices and web addresses are refused.

    Safe to call from many threads. Raises `PictureError`, and nothing else, with one line that says which input, what
    is wrong with it and what to do.
    """
    name = name_of(source)
    if isinstance(source, np.ndarray):
        return _checked_array(source)
    if isinstance(source, Image.Image):
        _check_size(source.size, name, max_pixels)
        return _decode(source, name, source.format or f"picture of mode {source.mode}")
    with opened(source, name, max_bytes) as stream:
        return _read_stream(stream, name, max_pixels)


def _read_stream(stream: BinaryIO, name: str, max_pixels: int) -> NDArray[np.uint8]:
    try:
        head = stream.read(formats.HEAD)
        stream.seek(0)
    except OSError as error:
        raise problem(name, f"cannot be read ({error.strerror or error})", "check the disk") from None
    known = formats.recognise(head)
    if known is None:
        what = f"not a picture ({formats.describe(head)})"
        raise problem(name, what, f"pass a {formats.READABLE.replace(', PNM', ' or PNM')} file")
    if known is formats.WEBP and (size := formats.webp_size(head)):
        _check_size(size, name, max_pixels)
    with _open(known, stream, name) as image:
        _check_size(image.size, name, max_pixels)
        return _decode(image, name, known.name)


def _open(known: formats.Format, stream: BinaryIO, name: str) -> Image.Image:
    """Parse the header; the pixels are still to be decoded."""
    try:
        decoder = known.load()
    except ImportError:
        if known is not formats.HEIC:
            raise problem(name, f"this Pillow cannot read {known.name}", "install Pillow's own wheel") from None
        raise problem(name, "HEIC needs one more package", "pip install mien[heif]") from None
    try:
        with no_warnings():
            return decoder(stream)
    except Exception as error:  # decoders meet hostile bytes and raise anything, SyntaxError to struct.error
        raise _damaged(error, name, known.name) from error


def _decode(image: Image.Image, name: str, format_name: str) -> NDArray[np.uint8]:
    if image.format == "TIFF":
        silence_libtiff()
    try:
        with no_warnings():
            return to_rgb(image)
    except Exception as error:
        raise _damaged(error, name, format_name) from error


def _damaged(error: Exception, name: str, format_name: str) -> PictureError:
    if isinstance(error, Image.DecompressionBombError):
        return problem(name, "too many pixels", "make it smaller")
    if isinstance(error, MemoryError):
        return problem(name, "not enough memory to decode it", "make it smaller")
    text = str(error).lower()
    if isinstance(error, EOFError) or any(sign in text for sign in ("truncated", "not processed", "end of file")):
        return problem(name, f"this {format_name} file is cut short", "copy or download it again")
    return problem(name, f"damaged, cannot be decoded ({format_name})", "copy or download it again")


def _check_size(size: tuple[int, int], name: str, max_pixels: int) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise problem(name, f"a picture without pixels ({width}x{height})", "pass one of at least 1x1")
    if width * height > max_pixels:
        what = f"{width}x{height} is over the limit of {max_pixels / 1e6:g} megapixels"
        raise PictureTooLarge(f"{name}: {what}; make it smaller or raise max_pixels")


def _checked_array(array: NDArray[Any]) -> NDArray[np.uint8]:
    name = f"array of shape {'x'.join(map(str, array.shape)) or '()'}, {array.dtype}"
    if array.dtype != np.uint8:
        advice = "multiply by 255 and convert" if array.dtype.kind == "f" else "convert"
        raise problem(name, "not 8-bit", f"{advice} with .astype(numpy.uint8)")
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim == 2:
        array = np.repeat(array[..., None], 3, axis=2)
    if array.ndim != 3 or array.shape[2] != 3:
        advice = "drop the alpha channel" if array.ndim == 3 and array.shape[2] == 4 else "pass one picture"
        raise problem(name, "not height x width x 3 (RGB) or height x width (grey)", advice)
    if not array.size:
        raise problem(name, "a picture without pixels", "pass one of at least 1x1")
    return np.ascontiguousarray(array)
