"""`annotate`: a photo with a box, an emoji, the expression and its confidence by every face."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from mien.media.drawing import Canvas, Rect, drawable, shortened, text_width
from mien.media.layout import Form, place
from mien.media.palette import INK, MUTED, PAPER, colour
from mien.media.reading import read_picture
from mien.types import UNSURE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mien.types import Expression, Face, Scene

    Paint = Callable[[Expression, int], Image.Image]

_SMALLEST_TEXT = 10.0  # pixels; below it the built-in font cannot be read
_REASON_SCALE = 0.78
_BAR = 3.0  # width of the bar on a short card, in text sizes


@dataclass(frozen=True, slots=True)
class _Words:
    """What a card says."""

    label: str
    percent: str
    reason: str
    confidence: float  # 0..1


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
    seen = [(face, rect) for face in scene.faces if (rect := _visible(face, across, down, size))]
    seen.sort(key=lambda pair: -pair[1].area)
    rects = [rect for _, rect in seen]
    line = _line_width(canvas)
    for face, rect in reversed(seen):  # the largest, which is nearest, on top
        _draw_box(canvas, rect, face.expression, min(line, _side(rect) * 0.04))
    taken: list[Rect] = []
    for index, (face, rect) in enumerate(seen):
        words = _words(face.expression)
        forms = _forms(words, rect, canvas, len(seen))
        form, where = place(index, forms, rects, taken, *size, gap=line + 1)
        taken.append(where)
        _draw_card(canvas, where, form, words, face.expression, paint)
    return Image.fromarray(canvas.pixels)


def _visible(face: Face, across: float, down: float, size: tuple[int, int]) -> Rect | None:
    """The part of a face's box that is on the picture, in its pixels; None where there is none."""
    x, y, width, height = (float(v) for v in face.box)
    if not all(math.isfinite(v) for v in (x, y, width, height)):
        return None
    whole = Rect(x * across, y * down, (x + width) * across, (y + height) * down)
    part = whole.common(Rect(0, 0, *size))
    return part if part.width >= 1 and part.height >= 1 else None


def _side(rect: Rect) -> float:
    return math.sqrt(rect.area)


def _line_width(canvas: Canvas) -> float:
    return max(1.4, 0.0028 * float(max(canvas.width, canvas.height)))


def _words(expression: Expression) -> _Words:
    confidence = expression.confidence if math.isfinite(expression.confidence) else 0.0
    confidence = min(1.0, max(0.0, confidence))
    reason = drawable(expression.reason or "") if expression.label == UNSURE else ""
    return _Words(drawable(expression.label), f"{confidence:.0%}", reason, confidence)


def _forms(words: _Words, face: Rect, canvas: Canvas, faces: int) -> list[Form]:
    """The ways to draw a face's card, the richest first."""
    long_side = float(max(canvas.width, canvas.height))
    smallest = max(_SMALLEST_TEXT, 0.0125 * long_side)
    text = max(smallest, min(0.13 * _side(face), 0.032 * long_side))
    # Alone, a small face may have a card much wider than itself; in a crowd nobody could tell whose it is.
    widest = min(canvas.width * 0.96, long_side if faces <= 3 else 3.2 * _side(face))
    forms: list[Form] = []
    for scale in dict.fromkeys((text, smallest)):
        if words.label:
            if words.reason:
                forms.append(_full(words, scale, widest, reason=True))
            forms.append(_full(words, scale, widest, reason=False))
        forms.append(Form("short", scale * (3.0 + _BAR), scale * 2.5, scale, 2.0))
    fitting = [form for form in forms if form.width <= widest and form.height <= canvas.height * 0.6]
    emoji = min(max(0.62 * _side(face), 9.0), 3.0 * text, canvas.width, canvas.height)
    return [*fitting, Form("emoji", emoji, emoji, emoji / 2.5, 1e9)]


def _full(words: _Words, scale: float, widest: float, reason: bool) -> Form:
    line = text_width(words.label, scale) + 0.7 * scale + text_width(words.percent, scale)
    if reason:
        wanted = text_width(words.reason, scale * _REASON_SCALE)
        line = max(line, min(wanted, widest - 4.2 * scale, 16 * scale))
    return Form("reason" if reason else "full", line + 4.2 * scale, scale * (3.75 if reason else 2.7), scale, 1.2)


def _draw_box(canvas: Canvas, face: Rect, expression: Expression, line: float) -> None:
    line = max(1.2, line)
    face = face.grown(-line * 0.75)  # a face cut by the picture's edge still shows its whole frame
    if face.width <= 0 or face.height <= 0:
        return
    radius = 0.09 * min(face.width, face.height) + line
    dash = max(4.0, 3.5 * line) if expression.label == UNSURE else 0.0
    canvas.outline(face, radius, line * 1.9, INK, opacity=0.7)
    canvas.outline(face, radius, line, colour(expression.label), dash=dash)


def _draw_card(canvas: Canvas, where: Rect, form: Form, words: _Words, expression: Expression, paint: Paint) -> None:
    hue = colour(expression.label)
    if form.name == "emoji":
        _draw_emoji(canvas, where, form.width, expression, paint)
        return
    s = form.scale
    edge = max(1.2, 0.09 * s)
    radius = 1.25 * s
    canvas.fill(where.moved(0, 0.12 * s), radius, INK, opacity=0.45, blur=0.5 * s)
    canvas.fill(where, radius, INK, opacity=0.9)
    canvas.outline(where.grown(-edge / 2), radius - edge / 2, edge, hue)
    emoji = (2.7 if form.name != "short" else 2.5) * s * 0.92
    bed = Rect(where.left + 0.1 * s, where.top + (min(where.height, 2.7 * s) - emoji) / 2, 0, 0)
    if form.name == "reason":
        bed = bed.moved(0, (where.height - 2.7 * s) / 2)
    _draw_emoji(canvas, Rect(bed.left, bed.top, bed.left + emoji, bed.top + emoji), emoji, expression, paint)
    left, right = where.left + emoji + 0.55 * s, where.right - 0.85 * s
    _draw_words(canvas, where, form, words, left, right)
    bar_top = where.top + {"short": 1.55, "full": 1.7, "reason": 1.65}[form.name] * s
    _draw_bar(canvas, Rect(left, bar_top, right, bar_top + 0.36 * s), words.confidence, hue)


def _draw_words(canvas: Canvas, where: Rect, form: Form, words: _Words, left: float, right: float) -> None:
    s = form.scale
    baseline = where.top + (1.3 if form.name != "short" else 1.2) * s
    if form.name == "short":
        canvas.text(left, baseline, words.percent, s, PAPER)
        return
    canvas.text(left, baseline, words.label, s, PAPER)
    canvas.text(right - text_width(words.percent, s), baseline, words.percent, s, MUTED)
    if form.name == "reason":
        small = s * _REASON_SCALE
        canvas.text(left, where.top + 3.0 * s, shortened(words.reason, small, right - left), small, MUTED)


def _draw_bar(canvas: Canvas, track: Rect, confidence: float, hue: tuple[int, int, int]) -> None:
    radius = track.height / 2
    canvas.fill(track, radius, PAPER, opacity=0.24)
    filled = max(track.height, track.width * confidence)
    canvas.fill(Rect(track.left, track.top, track.left + filled, track.bottom), radius, hue)


def _draw_emoji(canvas: Canvas, where: Rect, size: float, expression: Expression, paint: Paint) -> None:
    rim = max(0.0, 0.035 * size)
    pixels = max(1, round(size - 4 * rim))
    drawing = paint(expression, pixels).convert("RGBA")
    if drawing.size != (pixels, pixels):
        drawing = drawing.resize((pixels, pixels), Image.Resampling.LANCZOS)
    inset = (size - pixels) / 2
    canvas.sticker(drawing, where.left + inset, where.top + inset, rim)
