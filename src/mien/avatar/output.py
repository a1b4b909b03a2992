"""An avatar as the bytes of a file: still, sheet of all expressions, looping reaction, comparison."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mien.errors import PictureError

if TYPE_CHECKING:
    from PIL import Image

    from mien.avatar.expression import Wearable
    from mien.avatar.spec import AvatarSpec
    from mien.types import Appearance, Face

#: Kind of output -> the endings it can have; kinds are called so in errors.
ENDINGS = {
    "picture": (".svg", ".png", ".webp", ".jpg", ".jpeg", ".gif", ".avif", ".tif", ".tiff", ".bmp"),
    "sheet": (".svg", ".png", ".webp", ".jpg", ".jpeg", ".avif", ".tif", ".tiff", ".bmp"),
    "reaction": (".webp", ".apng", ".png", ".gif"),
    "comparison": (".html", ".png", ".webp", ".jpg", ".jpeg"),
}
SIZES = {"picture": 512, "sheet": 160, "reaction": 320, "comparison": 384}


def check_ending(path: Path, kind: str) -> str:
    """The ending in lower case. Raises `PictureError` where this kind of output cannot have it."""
    ending = path.suffix.lower()
    if ending not in ENDINGS[kind]:
        what = f"cannot write a {kind} as {path.suffix!r}" if ending else "no file ending to tell the format"
        raise PictureError(f"{path}: {what}; use one of {' '.join(ENDINGS[kind])}")
    return ending


def still(
    spec: AvatarSpec, path: Path, expression: Wearable = None, size: int | None = None, *, high_contrast: bool = False
) -> bytes:
    """One picture for a path with the ending of its format. size: pixels. Raises `SpecError`, `PictureError`."""
    if check_ending(path, "picture") == ".svg":
        return (spec.svg(expression, size=size, high_contrast=high_contrast) + "\n").encode()
    return _encoded(_opened(spec.png(size or SIZES["picture"], expression, high_contrast=high_contrast)), path)


def sheet(spec: AvatarSpec, path: Path, size: int | None = None) -> bytes:
    """Every expression on one sheet. size: pixels of one of its pictures."""
    from mien.avatar.sheet import contact_sheet, contact_svg

    if check_ending(path, "sheet") == ".svg":
        return (contact_svg(spec, size=size or SIZES["sheet"]) + "\n").encode()
    return _encoded(contact_sheet(spec, size=size or SIZES["sheet"]), path)


def reaction(spec: AvatarSpec, path: Path, expression: Wearable = "happiness", size: int | None = None) -> bytes:
    """A looping reaction of two seconds, as many pixels as `mien.avatar.animate.LIMITS` leaves room for."""
    from mien.avatar.animate import animate, encode

    ending = check_ending(path, "reaction")
    format_name = {".webp": "webp", ".gif": "gif"}.get(ending, "png")
    return encode(animate(spec, expression, size=size or SIZES["reaction"]), format_name)


def comparison(
    faces: Sequence[Face],
    spec: AvatarSpec,
    seen: Appearance | None,
    path: Path,
    expression: Wearable = None,
    size: int | None = None,
) -> bytes:
    """Photos, avatar, guesses and confidences side by side. Raises `PictureError` for faces without pixels."""
    from mien.avatar.compare import comparison_page, comparison_picture

    ending = check_ending(path, "comparison")
    photos = [face.head.pixels for face in faces if face.head is not None]
    if not photos:
        raise PictureError("a comparison needs a photo: pass one, or faces that `mien.look` found")
    if ending == ".html":
        return comparison_page(photos, spec, seen, expression).encode()
    return _encoded(comparison_picture(photos, spec, seen, expression, size=size or SIZES["comparison"]), path)


def _opened(png: bytes) -> Image.Image:
    from PIL import Image

    return Image.open(io.BytesIO(png)).convert("RGBA")


def _encoded(picture: Image.Image, path: Path) -> bytes:
    from mien.media.writing import encoded

    return bytes(encoded(picture, path))
