"""`annotate`: a photo with a box, an emoji, the expression and its confidence by every face."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PIL import Image

from mien.media.cards import Words, draw_card, forms_for
from mien.media.drawing import Canvas, Rect, drawable
from mien.media.layout import arrange
from mien.media.palette import INK, PAPER, colour
from mien.media.reading import read_picture
from mien.types import UNSURE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mien.types import Expression, Face, Scene

    Paint = Callable[[Expression, int], Image.Image]


def annotate(picture: NDArray[np.uint8], scene: Scene, paint: Paint) -> Image.Image:
    """Draw what was seen over a photo: for each face a box, the emoji, the expression and a confidence bar.

    `picture` is HxWx3 uint8 RGB and is not changed; boxes are scaled where `scene` was read at another size.
    `paint(expression, size)` draws the emoji as a square RGBA picture, `size` pixels a side. An "unsure" face gets a
    dashed box and the reason. Cards are placed, largest face first, where they cover least; where there is no room
    they shrink to emoji and percentage, then to the emoji alone. Returns an RGB picture of the same size.
    """
    picture = read_picture(picture)
    canvas = Canvas(picture)
    size = (canvas.width, canvas.height)
    across, down = canvas.width / max(1, scene.width), canvas.height / max(1, scene.height)
    seen = [(face, rect) for face in scene.faces if (rect := visible_part(face, across, down, size))]
    seen.sort(key=lambda pair: -pair[1].area)
    line = line_width(canvas)
    for face, rect in reversed(seen):  # the largest, which is nearest, on top
        draw_box(canvas, rect, face.expression, min(line, _side(rect) * 0.06))
    words = [words_of(face.expression) for face, _ in seen]
    forms = [forms_for(said, _side(rect), canvas, len(seen)) for said, (_, rect) in zip(words, seen, strict=True)]
    places = arrange([rect for _, rect in seen], forms, *size, gap=line + 1)
    for (face, _), said, (form, where) in zip(seen, words, places, strict=True):
        draw_card(canvas, where, form, said, face.expression, paint)
    return Image.fromarray(canvas.pixels)


def visible_part(face: Face, across: float, down: float, size: tuple[int, int]) -> Rect | None:
    """The part of a face's box that is on the picture, in its pixels; None where there is none."""
    x, y, width, height = (float(v) for v in face.box)
    if not all(math.isfinite(v) for v in (x, y, width, height)):
        return None
    whole = Rect(x * across, y * down, (x + width) * across, (y + height) * down)
    part = whole.common(Rect(0, 0, *size))
    return part if part.width >= 1 and part.height >= 1 else None


def _side(rect: Rect) -> float:
    return math.sqrt(rect.area)


def line_width(canvas: Canvas) -> float:
    """Of the boxes on a picture, pixels."""
    return max(1.6, 0.0038 * float(max(canvas.width, canvas.height)))


def words_of(expression: Expression) -> Words:
    """What the card of an expression says."""
    confidence = expression.confidence if math.isfinite(expression.confidence) else 0.0
    confidence = min(1.0, max(0.0, confidence))
    reason = drawable(expression.reason or "") if expression.label == UNSURE else ""
    return Words(drawable(expression.label), f"{confidence:.0%}", reason, confidence)


def draw_box(canvas: Canvas, face: Rect, expression: Expression, line: float) -> None:
    """A rounded frame of line width `line`, pixels, in the expression's colour; dashed where it is unsure."""
    line = max(1.4, line)
    face = face.grown(-line * 0.75)  # a face cut by the picture's edge still shows its whole frame
    if face.width <= 0 or face.height <= 0:
        return
    radius = 0.09 * min(face.width, face.height) + line
    canvas.outline(face, radius, line * 1.9, INK, opacity=0.7)
    if expression.label == UNSURE:
        canvas.outline(face, radius, line, PAPER)
        canvas.outline(face, radius, line, colour(UNSURE), dash=max(4.0, 3.5 * line))
    else:
        canvas.outline(face, radius, line, colour(expression.label))
