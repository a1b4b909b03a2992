"""The card beside a face: emoji, expression, confidence bar, and why a face is unsure; smaller forms for crowds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from mien.media.drawing import Canvas, Rect, text_width, wrapped
from mien.media.layout import Form
from mien.media.palette import INK, MUTED, PAPER, Colour, colour
from mien.types import LABELS

if TYPE_CHECKING:
    from mien.types import Expression

    Paint = Callable[[Expression, int], Image.Image]

_SMALLEST_TEXT = 10.0  # pixels; below it the built-in font cannot be read
_LONGEST = max(LABELS, key=len)
_LINES = 2  # of the reason, at most

# Lengths in text sizes.
_PILL = 2.6  # height of the pill that holds one line and the bar
_EMOJI = 3.3  # the emoji stands out above the pill
_SHORT_PILL, _SHORT_EMOJI, _SHORT_BAR = 2.3, 2.7, 2.2
_LINE = 1.05  # of the reason
_END = 0.85  # from the bar to the pill's right end
_GAP = 0.4  # from the emoji to the words


@dataclass(frozen=True, slots=True)
class Words:
    """What a card says."""

    label: str
    percent: str
    reason: str
    confidence: float  #: 0..1


def forms_for(words: Words, side: float, canvas: Canvas, faces: int) -> list[Form]:
    """The ways to draw the card of a face `side` pixels large, the richest first, the last an emoji alone."""
    long_side = float(max(canvas.width, canvas.height))
    smallest = max(_SMALLEST_TEXT, 0.0125 * long_side)
    text = max(smallest, min(0.15 * side, 0.036 * long_side))
    # With room around, a small face may have a card much wider than itself; in a crowd nobody could tell whose it is.
    widest = min(0.97 * canvas.width, max(3.2 * side, 0.9 * canvas.width / faces))
    forms: list[Form] = []
    for scale in dict.fromkeys((text, smallest)):
        if words.label:
            if words.reason:
                forms.append(_reason_form(words, scale, widest))
            forms.append(_full_form(words, scale))
        around = (_SHORT_EMOJI + _GAP + _END) * scale
        if words.label:
            forms.append(Form("label", around + text_width(words.label, scale), scale * _SHORT_EMOJI, scale, 1.5))
        forms.append(Form("percent", around + _SHORT_BAR * scale, scale * _SHORT_EMOJI, scale, 2.0))
    fitting = [form for form in forms if form.width <= widest and form.height <= canvas.height * 0.6]
    if faces > 1 and text_width(_LONGEST, smallest) + (_SHORT_EMOJI + _GAP + _END) * smallest > widest:
        fitting = [form for form in fitting if form.name == "percent"]  # not words on some and figures on others
    emoji = min(max(0.85 * side, 1.7 * smallest), 3.6 * text, canvas.width, canvas.height)
    return [*fitting, Form("emoji", emoji, emoji, emoji / _EMOJI, 1e9)]


def _full_form(words: Words, scale: float) -> Form:
    line = text_width(words.label, scale) + 0.7 * scale + text_width(words.percent, scale)
    return Form("full", line + (_EMOJI + _GAP + _END) * scale, scale * _EMOJI, scale, 1.2)


def _reason_size(scale: float) -> float:
    return max(0.95 * _SMALLEST_TEXT, 0.8 * scale)


def _reason_form(words: Words, scale: float, widest: float) -> Form:
    around = (_EMOJI + _GAP + _END) * scale
    size = _reason_size(scale)
    full = _full_form(words, scale)
    room = max(full.width - around, min(text_width(words.reason, size) + 1, 13 * scale, widest - around))
    lines = wrapped(words.reason, size, room, _LINES)
    width = max(full.width, around + max(text_width(line, size) for line in lines) + 1)
    return Form("reason", width, scale * (_PILL + 0.1) + len(lines) * _LINE * size, scale, 1.2)


def draw_card(canvas: Canvas, where: Rect, form: Form, words: Words, expression: Expression, paint: Paint) -> None:
    """Draw a card in the place that the layout found for it."""
    s = form.scale
    if form.name == "emoji":
        _draw_emoji(canvas, where.left, where.top, form.width, expression, paint)
        return
    short = form.name in ("label", "percent")
    emoji, pill_height = (_SHORT_EMOJI, _SHORT_PILL) if short else (_EMOJI, _PILL)
    top = where.top if form.name == "reason" else where.top + (emoji - pill_height) * s
    pill = Rect(where.left + 0.25 * s, top, where.right, where.bottom)
    _draw_pill(canvas, pill, pill_height / 2 * s, s, colour(expression.label))
    left, right = where.left + (emoji + _GAP) * s, where.right - _END * s
    if short:
        canvas.text(left, pill.top + 1.12 * s, words.label if form.name == "label" else words.percent, s, PAPER)
    else:
        canvas.text(left, pill.top + 1.3 * s, words.label, s, PAPER)
        canvas.text(right - text_width(words.percent, s), pill.top + 1.3 * s, words.percent, s, MUTED)
    bar = pill.top + (1.42 if short else 1.7) * s
    _draw_bar(canvas, Rect(left, bar, right, bar + 0.36 * s), words.confidence, colour(expression.label))
    if form.name == "reason":
        size = _reason_size(s)
        for number, line in enumerate(wrapped(words.reason, size, right - left, _LINES)):
            canvas.text(left, pill.top + 2.35 * s + (0.75 + number * _LINE) * size, line, size, MUTED)
    _draw_emoji(canvas, where.left, where.top + (where.height - emoji * s) / 2, emoji * s, expression, paint)


def _draw_pill(canvas: Canvas, pill: Rect, radius: float, s: float, hue: Colour) -> None:
    edge = max(1.2, 0.1 * s)
    canvas.fill(pill.moved(0, 0.12 * s), radius, INK, opacity=0.45, blur=0.5 * s)
    canvas.fill(pill, radius, INK, opacity=0.9)
    canvas.outline(pill.grown(-edge / 2), radius - edge / 2, edge, hue)


def _draw_bar(canvas: Canvas, track: Rect, confidence: float, hue: Colour) -> None:
    radius = track.height / 2
    canvas.fill(track, radius, PAPER, opacity=0.17)
    filled = max(track.height, track.width * confidence)
    canvas.fill(Rect(track.left, track.top, track.left + filled, track.bottom), radius, hue)


def _draw_emoji(canvas: Canvas, x: float, y: float, size: float, expression: Expression, paint: Paint) -> None:
    rim = 0.035 * size
    pixels = max(1, round(size - 3 * rim))
    drawing = paint(expression, pixels).convert("RGBA")
    if drawing.size != (pixels, pixels):
        drawing = drawing.resize((pixels, pixels), Image.Resampling.LANCZOS)
    inset = (size - pixels) / 2
    canvas.sticker(drawing, x + inset, y + inset, rim)
