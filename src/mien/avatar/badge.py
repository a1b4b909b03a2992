"""A round badge with a class's initials: what stands for a class whose emoji mien cannot draw."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mien.media.drawing import drawable
from mien.media.palette import INK, colour

if TYPE_CHECKING:
    from PIL import Image

_FINER = 4  # drawn so many times too large, for smooth edges
_WIDEST = 0.68  # of the diameter that the letters may take


def initials(label: str) -> str:
    """Up to two capitals: the first letters of the first two words, else of the one; '' for scripts that the built-in
    font does not have."""
    words = drawable(label.replace("_", " ").replace("-", " ")).split()
    letters = words[0][:1] + words[1][:1] if len(words) > 1 else "".join(words)[:2]
    return letters.title() if len(words) < 2 else letters.upper()


@lru_cache(maxsize=256)
def badge(label: str, size: int) -> Image.Image:
    """The badge of a class, size x size pixels, RGBA, in the class's colour. Kept: treat it as read-only."""
    from PIL import Image, ImageDraw, ImageFont

    side = size * _FINER
    picture = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((0, 0, side - 1, side - 1), (*colour(label), 255))
    if letters := initials(label):
        wide = ImageFont.load_default(side).getlength(letters)
        font = ImageFont.load_default(side * min(0.56, _WIDEST * side / wide))
        pen.text((side / 2, side * 0.49), letters, (*INK, 255), font, anchor="mm")
    return picture.resize((size, size), Image.Resampling.LANCZOS)
