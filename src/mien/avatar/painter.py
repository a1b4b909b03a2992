"""Pictures for expressions: our drawings, or a user's own folder of pictures, one a label."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mien.avatar.badge import badge
from mien.avatar.raster import can_draw, emoji_picture
from mien.emoji import canonical
from mien.errors import PictureError
from mien.types import LABELS, UNSURE, Expression

if TYPE_CHECKING:
    from PIL import Image

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"})
_MAX_PIXELS = 40_000_000
_MAX_SIDE = 1024  # kept in memory no larger than any overlay needs


class EmojiPainter:
    """Gives the picture that stands for an expression.

    Without a folder these are mien's drawings of the expression's emoji. A folder with pictures named after labels
    (`happiness.png`, `Sad.jpg`; FER2013's names such as angry and happy do too, and so does `unsure`; any case) puts
    those in their place; a label without a picture falls back to the drawing. A class of one's own whose emoji mien
    has no drawing of gets a badge with its initials.

    >>> EmojiPainter()(expression, 64)  # doctest: +SKIP
    <PIL.Image.Image image mode=RGBA size=64x64>
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Raises PictureError, in one line, for a folder that is missing, unreadable, or holds no such picture, and
        for a picture in it that cannot be read."""
        self._own: dict[str, Image.Image] = {} if folder is None else _read_folder(Path(folder))
        self._sized = lru_cache(maxsize=64)(self._fit)

    def __call__(self, expression: Expression, size: int) -> Image.Image:
        """The picture, size x size pixels, RGBA; other shapes are centred on a transparent ground. Treat it as
        read-only."""
        label = _key(expression.label)
        if label in self._own:
            return self._sized(label, size)
        if expression.label != UNSURE and not can_draw(expression.emoji):
            return badge(expression.label, size)
        return emoji_picture(expression.emoji, size)

    def _fit(self, label: str, size: int) -> Image.Image:
        from PIL import Image, ImageOps

        picture = ImageOps.contain(self._own[label], (size, size), Image.Resampling.LANCZOS)
        square = Image.new("RGBA", (size, size))
        square.paste(picture, ((size - picture.width) // 2, (size - picture.height) // 2))
        return square


def _key(name: str) -> str:
    """The label a file name or an expression's label stands for; a user's own class stands for itself."""
    return canonical(name) or name.strip().casefold()


def _read_folder(folder: Path) -> dict[str, Image.Image]:
    try:
        if not folder.is_dir():
            raise PictureError(f"{folder}: not a folder; give one with a picture a label, such as happiness.png")
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
    except OSError as error:
        raise PictureError(f"{folder}: cannot be read ({error.strerror or error})") from error
    if not files:
        wanted = ", ".join((*LABELS, UNSURE))
        raise PictureError(f"{folder}: holds no picture; name them after the labels ({wanted}), such as happiness.png")
    return {_key(path.stem): _read_picture(path) for path in files}


def _read_picture(path: Path) -> Image.Image:
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise PictureError(f"{path}: {picture.width}x{picture.height} pixels is too large for an emoji picture")
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((_MAX_SIDE, _MAX_SIDE))
            return upright.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError(f"{path}: not a picture that can be read; replace it or take it out") from error
