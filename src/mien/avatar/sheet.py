"""Contact sheets: one person wearing every expression, as a picture or as one SVG."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from mien.avatar.expression import Wearable, look
from mien.avatar.many import rasterise_all
from mien.emoji import RECIPES
from mien.errors import PictureError
from mien.media.drawing import Canvas, drawable, text_width

if TYPE_CHECKING:
    from PIL import Image

    from mien.avatar.spec import AvatarSpec

#: Colours of the paper and of the captions.
PAPER, INK = (255, 255, 255), (100, 106, 116)
GAP, CAPTION = 0.1, 0.2  #: of a picture's side: between pictures, and below each for its name
LETTERS = 0.078  #: height of the captions
LARGEST = 1024  #: pixels of one picture


def every_expression() -> list[str]:
    """All emoji that a person can wear, in the order of the catalogue."""
    return list(RECIPES)


def contact_sheet(
    spec: AvatarSpec, expressions: Sequence[Wearable] | None = None, *, size: int = 160, columns: int | None = None
) -> Image.Image:
    """One person wearing each expression, with its name below it; an RGB picture on white.

    expressions: labels, emoji, controls; by default every emoji of the catalogue. size: pixels of one picture, at most
    1024. columns: by default about as many as give a sheet of 4:3. Raises `SpecError` for an unknown expression.
    """
    from PIL import Image

    if not 1 <= size <= LARGEST:
        raise PictureError(f"pictures of {size} pixels on a sheet: choose a size from 1 to {LARGEST}")
    worn = every_expression() if expressions is None else list(expressions)
    across = columns or _columns(len(worn))
    gap, step, row = _steps(size)
    rows = -(-len(worn) // across)
    sheet = Image.new("RGB", (across * step + gap, rows * row + gap), PAPER)
    pictures = rasterise_all([spec.svg(one, size=size) for one in worn], size)
    for i, png in enumerate(pictures):
        with Image.open(io.BytesIO(png)) as picture:
            drawn = picture.convert("RGBA")
        sheet.paste(drawn, (gap + i % across * step, gap + i // across * row), drawn)
    return _captioned(sheet, [_name(one) for one in worn], across, size)


def contact_svg(
    spec: AvatarSpec, expressions: Sequence[Wearable] | None = None, *, size: int = 160, columns: int | None = None
) -> str:
    """The same sheet as one SVG; names are titles of the pictures, not text."""
    worn = every_expression() if expressions is None else list(expressions)
    across = columns or _columns(len(worn))
    gap, step, row = size * GAP / 2, size * (1 + GAP), size * (1 + GAP)
    width, height = across * step + gap, -(-len(worn) // across) * row + gap
    cells = []
    for i, one in enumerate(worn):
        x, y = gap + i % across * step, gap + i // across * row
        drawing = spec.svg(one, size=size)
        cells.append(f'<svg x="{x:g}" y="{y:g}"' + drawing.removeprefix("<svg"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}"><title>{escape(f"{len(worn)} expressions")}</title>{"".join(cells)}</svg>'
    )


def _columns(count: int) -> int:
    return max(1, math.ceil(math.sqrt(count * 4 / 3)))


def _steps(size: int) -> tuple[int, int, int]:
    """Gap, and the steps from picture to picture across and down, in pixels."""
    gap = max(1, round(GAP * size))
    return gap, size + gap, size + gap + round(CAPTION * size)


def _captioned(sheet: Image.Image, names: Sequence[str], across: int, size: int) -> Image.Image:
    import numpy as np
    from PIL import Image

    letters = LETTERS * size
    if letters < 7:  # nobody could read them
        return sheet
    gap, step, row = _steps(size)
    canvas = Canvas(np.asarray(sheet))
    for i, name in enumerate(names):
        words = _fitting(drawable(name), letters, step - 2)
        x = gap + i % across * step + (size - text_width(words, letters)) / 2
        canvas.text(x, gap + i // across * row + size + 1.7 * letters, words, letters, INK)
    return Image.fromarray(canvas.pixels)


def _fitting(words: str, letters: float, width: float) -> str:
    """As many whole words as fit."""
    while words and text_width(words, letters) > width:
        words = words.rpartition(" ")[0]
    return words


def _name(expression: Wearable) -> str:
    if isinstance(expression, str) and expression in RECIPES:
        return re.sub(r" face\b", "", RECIPES[expression].name.lower()).removeprefix("face ")
    return expression if isinstance(expression, str) else look(expression).words
