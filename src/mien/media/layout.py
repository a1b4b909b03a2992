"""Where the cards go: beside their faces, off one another and off the middle of everybody else's face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mien.media.drawing import Rect

#: A card may touch its neighbours by no more than this part of itself.
_TOUCH = 0.02
#: The middle part of a face, by width and height, that no card of another face may cover.
_CORE = 0.6


@dataclass(frozen=True, slots=True)
class Form:
    """One way to draw a card, by the size it needs; `most_cost` is how bad a place it still accepts."""

    name: str
    width: float
    height: float
    scale: float  #: text size in pixels
    most_cost: float


def core(face: Rect) -> Rect:
    """The middle of a face box."""
    dx, dy = face.width * (1 - _CORE) / 2, face.height * (1 - _CORE) / 2
    return Rect(face.left + dx, face.top + dy, face.right - dx, face.bottom - dy)


def arrange(
    faces: Sequence[Rect], forms: Sequence[Sequence[Form]], width: int, height: int, gap: float
) -> list[tuple[Form, Rect]]:
    """A form and a place for the card of every face, in the order of `faces`, who choose one after the other.

    Each gets the first of its `forms` that has a good enough place, the last form the least bad one. All in pixels
    of a picture of `width` x `height`; `gap` keeps cards off the boxes.
    """
    chosen: list[tuple[Form, Rect]] = []
    for owner, choices in enumerate(forms):
        taken = [rect for _, rect in chosen]
        chosen.append(_place(owner, choices, faces, taken, width, height, gap))
    return chosen


def _place(
    owner: int, forms: Sequence[Form], faces: Sequence[Rect], taken: Sequence[Rect], width: int, height: int, gap: float
) -> tuple[Form, Rect]:
    for form in forms:
        options: list[tuple[float, Rect]] = []
        for liking, wanted in _candidates(faces[owner], form, gap):
            inside = _moved_inside(wanted, width, height)
            options.append((liking + _cost(owner, inside, wanted, faces, taken), inside))
        cost, rect = min(options, key=lambda option: option[0])
        if cost <= form.most_cost or form is forms[-1]:
            return form, rect
    raise ValueError("no forms given")


def _candidates(face: Rect, form: Form, gap: float) -> Iterator[tuple[float, Rect]]:
    """Places around and in a face, with what each costs before anything is in the way."""
    w, h = form.width, form.height
    middle, right = (face.left + face.right - w) / 2, face.right - w
    columns = ((0.0, face.left), (0.03, middle), (0.06, right))
    rows = (
        (0.0, face.top - gap - h),
        (0.05, face.bottom + gap),
        (0.55, face.bottom - h - gap),  # inside, over the chin
        (0.75, face.top + gap),  # inside, over the forehead
    )
    for row_cost, y in rows:
        for column_cost, x in columns:
            yield row_cost + column_cost, Rect(x, y, x + w, y + h)
    for row_cost, y in ((0.0, face.top), (0.04, (face.top + face.bottom - h) / 2), (0.08, face.bottom - h)):
        for side_cost, x in ((0.2, face.right + gap), (0.22, face.left - gap - w)):
            yield row_cost + side_cost, Rect(x, y, x + w, y + h)
    # Across a corner, as a badge.
    for cost, x, y in (
        (0.3, face.right, face.top),
        (0.31, face.left, face.top),
        (0.32, face.right, face.bottom),
        (0.33, face.left, face.bottom),
    ):
        yield cost, Rect(x - w / 2, y - h / 2, x + w / 2, y + h / 2)


def _moved_inside(rect: Rect, width: int, height: int) -> Rect:
    dx = max(0.0, -rect.left) - max(0.0, rect.right - width)
    dy = max(0.0, -rect.top) - max(0.0, rect.bottom - height)
    return rect.moved(dx, dy)


def _cost(owner: int, rect: Rect, wanted: Rect, faces: Sequence[Rect], taken: Sequence[Rect]) -> float:
    """How much is in the way: 100 and more for what must not be covered, below that a matter of taste."""
    cost = 0.3 * (abs(rect.left - wanted.left) / rect.width + abs(rect.top - wanted.top) / rect.height)
    for other in taken:
        if not rect.touches(other):
            continue
        share = rect.common(other).area / min(rect.area, other.area)
        cost += 100 + 100 * share if share > _TOUCH else share
    for index, face in enumerate(faces):
        if not rect.touches(face):
            continue
        covered = rect.common(face).area / max(face.area, 1.0)
        middle = core(face)
        middle_covered = rect.common(middle).area / max(middle.area, 1.0)
        if index == owner:
            cost += 0.5 * covered + 4 * middle_covered
        else:
            cost += 2.5 * covered + (200 + 200 * middle_covered if middle_covered > 0 else 0)
    return cost
