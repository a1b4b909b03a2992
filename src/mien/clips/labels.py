"""Cards that stay beside their faces: their places are not chosen anew for every frame, as for photos."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mien.clips.people import Shown
from mien.clips.sprites import Sprite
from mien.media.cards import Words, draw_card, forms_for
from mien.media.drawing import Canvas, Rect, drawable
from mien.media.layout import Form, arrange, core
from mien.types import Expression

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mien.media.overlay import Paint

#: A card is drawn anew at another size when the face has grown or shrunk by this factor.
SIZES = 1.18
#: Seconds between two arrangements, and the time constant in which cards glide to a place nearby; to one further off
#: than their height they do not glide, which could lead over a face, but fade in there.
PATIENCE, GLIDE, FADE = 0.6, 0.12, 0.2
#: Share of a card that may be pushed from where it wants to be before another place is looked for.
PUSHED = 0.35
_STEPS = 50  #: of confidence that cards are kept for


class _Place(NamedTuple):
    """Where a card stands: from which edges of the face, and how far."""

    form: Form
    right: bool  #: measured from the face's right edge, else from its left
    bottom: bool
    dx: float
    dy: float


@dataclass(slots=True)
class _Card:
    place: _Place
    side: float  #: of the face when the card's size was chosen
    label: str  #: what was written on it then
    x: float  #: of the left upper corner, pixels
    y: float
    since: float  #: seconds at which it came there


class Labels:
    """The cards of a clip's faces. paint: draws an emoji, as for `mien.media.annotate`."""

    def __init__(self, paint: Paint, numbered: bool = False) -> None:
        self._paint, self.numbered = paint, numbered
        self._cards: dict[int, _Card] = {}
        self._arranged = -math.inf
        self._time = 0.0
        self._sprite = lru_cache(maxsize=256)(self._drawn)

    def draw(self, canvas: Canvas, people: Sequence[Shown], time: float, room: tuple[int, int], gap: float) -> None:
        """Lay the card of everybody over the canvas. room: width and height that cards may use; gap: to the boxes."""
        words = {p.number: self._words(p) for p in people}
        if self._must_arrange(people, words, time, room):
            self._arrange(people, words, canvas, time, room, gap)
        self._cards = {number: card for number, card in self._cards.items() if number in words}
        share = 1 - math.exp(-max(0.0, time - self._time) / GLIDE)
        self._time = time
        for person in reversed(people):
            card = self._cards[person.number]
            x, y = _wanted(card.place, person.rect, room)
            if math.hypot(x - card.x, y - card.y) > card.place.form.height:
                card.x, card.y, card.since = x, y, time
            card.x, card.y = card.x + share * (x - card.x), card.y + share * (y - card.y)
            there = 1.0 if time - card.since >= FADE or card.since <= 0 else 0.25 + 0.75 * (time - card.since) / FADE
            self._lay(canvas.pixels, card, person.expression, words[person.number], there)

    def _words(self, person: Shown) -> Words:
        label = drawable(person.expression.label)
        if self.numbered and person.number >= 0:
            label = f"{person.number}  {label}"
        confidence = round(person.expression.confidence * _STEPS) / _STEPS
        return Words(label, f"{confidence:.0%}", "", confidence)

    def _must_arrange(
        self, people: Sequence[Shown], words: dict[int, Words], time: float, room: tuple[int, int]
    ) -> bool:
        for person in people:
            card = self._cards.get(person.number)
            if card is None:
                return True
            grown = _side(person.rect) / card.side
            if not 1 / SIZES < grown < SIZES or card.label != words[person.number].label:
                return True
        return time - self._arranged >= PATIENCE and not self._good(people, room)

    def _good(self, people: Sequence[Shown], room: tuple[int, int]) -> bool:
        """Whether every card stands clear of the others, of all faces, and inside the picture."""
        rects = []
        for person in people:
            place = self._cards[person.number].place
            x, y = _wanted(place, person.rect, room)
            fx, fy = _free(place, person.rect)
            if abs(x - fx) > PUSHED * place.form.width or abs(y - fy) > PUSHED * place.form.height:
                return False
            rects.append(Rect(x, y, x + place.form.width, y + place.form.height))
        for i, rect in enumerate(rects):
            if any(rect.grown(-1).touches(other) for other in rects[:i]):
                return False
            if any(rect.touches(core(p.rect)) for j, p in enumerate(people) if j != i):
                return False
        return True

    def _arrange(
        self, people: Sequence[Shown], words: dict[int, Words], canvas: Canvas, time: float, room: tuple[int, int],
        gap: float,
    ) -> None:  # fmt: skip
        self._arranged = time
        forms, sides = [], []
        for person in people:
            card, side = self._cards.get(person.number), _side(person.rect)
            if card is not None and 1 / SIZES < side / card.side < SIZES:
                side = card.side
            sides.append(side)
            widest = replace(words[person.number], percent="100%")  # a card does not change its width with its figure
            forms.append(forms_for(widest, side, canvas, len(people)))
        placed = arrange([p.rect for p in people], forms, *room, gap=gap)
        for person, side, (form, where) in zip(people, sides, placed, strict=True):
            old, place = self._cards.get(person.number), _measured(form, where, person.rect)
            x, y, since = (old.x, old.y, old.since) if old is not None else (where.left, where.top, time)
            self._cards[person.number] = _Card(place, side, words[person.number].label, x, y, since)

    def _lay(self, pixels: NDArray[np.uint8], card: _Card, expression: Expression, words: Words, there: float) -> None:
        form = card.place.form
        sprite, pad = self._sprite(form, words, expression.label, expression.emoji)
        if there < 1:
            sprite = sprite.faded(there)
        sprite.over(pixels, round(card.x) - pad, round(card.y) - pad)

    def _drawn(self, form: Form, words: Words, label: str, emoji: str) -> tuple[Sprite, int]:
        """A card and how far its glow reaches beyond it, pixels."""
        pad = math.ceil(0.6 * form.scale) + 3
        where = Rect(pad, pad, pad + form.width, pad + form.height)
        said = Expression({}, label, words.confidence, 0.0, 0.0, 0.0, emoji)
        size = (math.ceil(form.width) + 2 * pad, math.ceil(form.height) + 2 * pad)
        return Sprite.drawn(*size, lambda canvas: draw_card(canvas, where, form, words, said, self._paint)), pad


def _side(rect: Rect) -> float:
    return math.sqrt(max(1.0, rect.area))


def _measured(form: Form, where: Rect, face: Rect) -> _Place:
    """A place told from the nearest edges of its face."""
    right = abs(where.right - face.right) < abs(where.left - face.left)
    bottom = abs(where.top - face.bottom) < abs(where.bottom - face.top)
    dx = where.left - (face.right if right else face.left)
    return _Place(form, right, bottom, dx, where.top - (face.bottom if bottom else face.top))


def _free(place: _Place, face: Rect) -> tuple[float, float]:
    return (
        (face.right if place.right else face.left) + place.dx,
        (face.bottom if place.bottom else face.top) + place.dy,
    )


def _wanted(place: _Place, face: Rect, room: tuple[int, int]) -> tuple[float, float]:
    """Where the card belongs now, moved inside the picture."""
    x, y = _free(place, face)
    return (
        min(max(0.0, x), max(0.0, room[0] - place.form.width)),
        min(max(0.0, y), max(0.0, room[1] - place.form.height)),
    )
