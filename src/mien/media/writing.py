"""`write_picture`: a picture on disk, whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import secrets
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.media.quiet import no_warnings
from mien.media.sources import problem, shown

if TYPE_CHECKING:
    from PIL import Image

# ending -> Pillow's format, its plugin (imported by name: Pillow would import all of them), its save options
_JPEG = ("JPEG", "PIL.JpegImagePlugin", {"quality": 92, "subsampling": 0})  # 4:4:4 keeps coloured text crisp
_TIFF: tuple[str, str, dict[str, Any]] = ("TIFF", "PIL.TiffImagePlugin", {"compression": "tiff_adobe_deflate"})
_WRITERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": ("PNG", "PIL.PngImagePlugin", {}),
    ".webp": ("WEBP", "PIL.WebPImagePlugin", {"quality": 92}),
    ".tif": _TIFF,
    ".tiff": _TIFF,
    ".bmp": ("BMP", "PIL.BmpImagePlugin", {}),
    ".gif": ("GIF", "PIL.GifImagePlugin", {}),
    ".avif": ("AVIF", "PIL.AvifImagePlugin", {"quality": 85}),
}
_NO_ALPHA = ("JPEG", "BMP")


def write_picture(image: Image.Image, path: str | os.PathLike[str]) -> None:
    """Write an RGB, RGBA or grey picture in the format of the path's ending: .jpg .png .webp .tif .bmp .gif .avif.

    The file appears whole or not at all: it is written beside its place under another name and then moved there,
    over a file of that name if there is one. Transparency is laid on white where the format has none.

    Raises `PictureError`: unknown ending, missing or unwritable folder, full disk, a size the format cannot hold.
    """
    write_whole(path, encoded(image, path))


def encoded(image: Image.Image, path: str | os.PathLike[str]) -> memoryview:
    """The bytes that `write_picture` would write to a path. Raises `PictureError`."""
    path, name = Path(path), shown(path)
    if path.suffix.lower() not in _WRITERS:
        what = f"cannot write {path.suffix!r} files" if path.suffix else "no file ending to tell the format"
        raise problem(name, what, f"use one of {' '.join(_WRITERS)}")
    format_name, plugin, options = _WRITERS[path.suffix.lower()]
    if image.mode not in ("L", "RGB", "RGBA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode == "RGBA" and format_name in _NO_ALPHA:
        image = _on_white(image)
    return _encode(image, format_name, plugin, options, name)


def write_whole(path: str | os.PathLike[str], content: bytes | memoryview) -> None:
    """Write a file that appears whole or not at all: beside its place under another name, then moved there.

    Raises `PictureError`: missing or unwritable folder, full disk, a folder of that name in the way.
    """
    path, name = Path(path), shown(path)
    part = path.with_name(f".{path.stem[:100]}-{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as stream:
            stream.write(content)
        part.replace(path)
    except (OSError, ValueError) as error:
        raise cannot_write(path, name, error) from error
    finally:
        with suppress(OSError, ValueError):
            part.unlink(missing_ok=True)


def _encode(image: Image.Image, format_name: str, plugin: str, options: dict[str, Any], name: str) -> memoryview:
    """Encoded in memory first: Pillow, writing to a file itself, cannot tell a full disk from a failed encoder."""
    import_module(plugin)
    stream = io.BytesIO()
    try:
        with no_warnings():
            image.save(stream, format=format_name, **options)
    except Exception as error:  # encoders raise OSError, ValueError, struct.error, RuntimeError...
        what = f"a picture of {image.width}x{image.height} cannot be written as {format_name}"
        raise problem(name, what, "use .png, or make it smaller") from error
    return stream.getbuffer()


def _on_white(image: Image.Image) -> Image.Image:
    from PIL import Image as Pillow

    ground = Pillow.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def cannot_write(path: Path, name: str, error: OSError | ValueError) -> Exception:
    """The error, in one line, for a file that could not be written."""
    if not isinstance(error, OSError):
        return problem(name, "not a possible file name", "check the path")
    if error.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return problem(name, "the disk is full", "make room or write elsewhere")
    if isinstance(error, FileNotFoundError) and os.path.isdir(path.parent):  # noqa: PTH112  (/proc takes no files)
        return problem(name, f"no file can be made in {shown(path.parent)}", "choose another folder")
    if isinstance(error, FileNotFoundError):
        return problem(name, f"the folder {shown(path.parent)} does not exist", "make it first")
    if isinstance(error, NotADirectoryError):
        return problem(name, f"{shown(path.parent)} is not a folder", "choose another one")
    if os.path.isdir(path):  # noqa: PTH112  (Path.is_dir raises where it may not look)
        return problem(name, "a folder of this name is in the way", "choose another name")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return problem(name, f"no permission to write in {shown(path.parent)}", "choose another folder")
    return problem(name, f"cannot be written ({error.strerror or error})", "check the path")
